"""Short dates that cannot be misread, and the 24-hour clock."""

DATE_FORMAT, DATETIME_FORMAT, MONTH_DAY_FORMAT = "M j, Y", "M j, Y, H:i", "M j"
TIME_FORMAT = "H:i"
SHORT_DATE_FORMAT, SHORT_DATETIME_FORMAT = DATE_FORMAT, DATETIME_FORMAT

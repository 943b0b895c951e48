"""Short dates that cannot be misread, and the 24-hour clock."""

DATE_FORMAT, DATETIME_FORMAT, MONTH_DAY_FORMAT = "j M Y", "j M Y, H:i", "j M"
TIME_FORMAT = "H:i"
SHORT_DATE_FORMAT, SHORT_DATETIME_FORMAT = DATE_FORMAT, DATETIME_FORMAT

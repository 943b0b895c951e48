"""Short dates that cannot be misread, the 24-hour clock, and the decimal point of the United States.

A dose must read the same in both languages and on every part of a page: 67.5 mg/h, never 67,5.
"""

DATE_FORMAT, DATETIME_FORMAT, MONTH_DAY_FORMAT = "j M Y", "j M Y, H:i", "j M"
TIME_FORMAT = "H:i"
SHORT_DATE_FORMAT, SHORT_DATETIME_FORMAT = DATE_FORMAT, DATETIME_FORMAT
DECIMAL_SEPARATOR, THOUSAND_SEPARATOR = ".", ","

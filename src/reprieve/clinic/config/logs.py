"""Logs hold no patient data: what could, is left out before a line is written."""

import logging
import re

# Values that people typed or that name a person never belong in a log line; ids do.
_DATE = re.compile(r"\b(19|20)\d\d-\d\d-\d\d\b(?![T ]\d\d:)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_QUERY = re.compile(r"\?[^\s\"']+")
_QUOTED = re.compile(r"DETAIL:.*|Failing row contains.*", re.DOTALL)


class NoPatientData(logging.Filter):
    """Rewrites a record in place: no query strings, no dates of birth, no addresses, no rows.

    Exceptions keep their type and the place they were raised; their text, which may quote what
    was typed, is dropped.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), None
        if record.exc_info and record.exc_info[0]:
            record.exc_text = _frames(record)
            record.exc_info = None
        return True


def scrub(text: str) -> str:
    """`text` without what could name a person."""
    for pattern, instead in (
        (_QUOTED, "[row left out]"),
        (_QUERY, "?…"),
        (_EMAIL, "[address]"),
        (_DATE, "[date]"),
    ):
        text = pattern.sub(instead, text)
    return text


def _frames(record: logging.LogRecord) -> str:
    kind, _, trace = record.exc_info  # type: ignore[misc]
    lines = [f"{kind.__name__} (text left out)"]
    while trace:
        code = trace.tb_frame.f_code
        lines.append(f"  {code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return "\n".join(lines)

"""The one field type for what identifies a person.

Today the column holds the text. When it is to be encrypted, this class encrypts in `get_prep_value`
and decrypts in `from_db_value`, and `search.py` keys its words: no model, view or form changes.
"""

from datetime import date
from typing import Any

from django import forms
from django.db import models


class IdentifyingField(models.TextField):
    """A name, a number or (`holds_date=True`) a date of birth, kept as text."""

    def __init__(
        self, *args: Any, holds_date: bool = False, longest: int = 200, **kwargs: Any
    ) -> None:
        self.holds_date, self.longest = holds_date, longest
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "holds_date": self.holds_date, "longest": self.longest}

    def to_python(self, value: Any) -> Any:
        if self.holds_date and value and not isinstance(value, date):
            return date.fromisoformat(value)
        return value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        return self.to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> forms.Field:
        common = {
            "label": self.verbose_name,
            "required": not self.blank,
            "help_text": self.help_text,
        }
        if self.holds_date:
            return forms.DateField(**{**common, **kwargs})
        return forms.CharField(max_length=self.longest, **{**common, **kwargs})

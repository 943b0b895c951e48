"""What every form of a patient does: it reads and checks, and leaves the row to the services."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RowForm(forms.ModelForm):
    """Reads a row and checks what was typed; the services write, so the row is left as it stands."""

    def _post_clean(self) -> None:
        return


class ChartForm(RowForm):
    """Base of the inline forms. A new row brings its id; a correction asks why."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Why is it changed?"), max_length=100, help_text=_("Kept with what stood before.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adding = self.instance._state.adding
        if self.adding:
            del self.fields["reason"]
            self.fields["id"].initial = uuid.uuid4()
        else:
            del self.fields["id"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.Meta.dates:
            if cleaned.get(name) and cleaned[name] > timezone.localdate():
                self.add_error(name, _("This date lies in the future."))
        return cleaned

    def row_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

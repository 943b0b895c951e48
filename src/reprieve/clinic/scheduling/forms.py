"""Forms of the calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.scheduling.rules import Rules, staff_of
from reprieve.clinic.scheduling.services import DOSE
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.ui.forms import DateInput, NumberInput

KINDS = (
    (DOSE, _("a dose, on the signed order")),
    (Encounter.Kind.CONSULTATION, _("consultation")),
    (Encounter.Kind.FOLLOW_UP, _("follow-up")),
)
WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class WhenForm(forms.Form):
    """What and on which day; the page then offers the times that are free."""

    kind = forms.ChoiceField(label=_("What for"), choices=KINDS)
    on = forms.DateField(label=_("Day"), widget=DateInput)


class DayForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=DateInput)


class CancelForm(forms.Form):
    because = forms.CharField(label=_("Why"), max_length=300)


class LateForm(forms.Form):
    minutes = forms.IntegerField(label=_("Minutes later"), widget=NumberInput)


class WaitForm(forms.Form):
    kind = forms.ChoiceField(label=_("What for"), choices=KINDS)
    from_on = forms.DateField(label=_("From"), widget=DateInput)
    until_on = forms.DateField(label=_("Until"), widget=DateInput, required=False)
    note = forms.CharField(label=_("Which times suit"), max_length=300, required=False)


class DutyForm(forms.Form):
    """Who works on one day."""

    closed = forms.BooleanField(label=_("Closed on this day"), required=False)
    people = forms.MultipleChoiceField(
        label=_("On duty"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [
            (str(m.user_id), f"{m.user}, {m.get_role_display()}") for m in staff_of(clinic)
        ]


class RulesForm(forms.Form):
    opens = forms.TimeField(label=_("Opens"), widget=TimeInput)
    closes = forms.TimeField(label=_("Closes"), widget=TimeInput)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Open on"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    chairs = forms.CharField(
        label=_("Chairs, by name"), max_length=400, help_text=_("Separated by commas")
    )
    patients_per_nurse = forms.IntegerField(
        label=_("Patients one nurse watches at the same time"), widget=NumberInput
    )
    prepare_min = forms.IntegerField(
        label=_("From arrival to the start of a dose, minutes"), widget=NumberInput
    )
    recovery_min = forms.IntegerField(label=_("Recovery, minutes"), widget=NumberInput)
    turnover_min = forms.IntegerField(label=_("Turnover of a chair, minutes"), widget=NumberInput)
    consultation_min = forms.IntegerField(label=_("Consultation, minutes"), widget=NumberInput)
    follow_up_min = forms.IntegerField(label=_("Follow-up, minutes"), widget=NumberInput)
    video_url = forms.CharField(
        label=_("Address of a video visit"),
        max_length=200,
        required=False,
        help_text=_("With {room} in it, such as https://meet.example.org/{room}"),
    )

    before_dose = forms.CharField(
        label=_("What patients do before a dose"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "Fasting, which medicines are held, who takes them home; shown with the reminder"
        ),
    )

    def rules(self) -> Rules:
        said = dict(self.cleaned_data)
        names = (c.strip() for c in said.pop("chairs").split(","))
        return Rules(
            **{
                **said,
                "opens": f"{said['opens']:%H:%M}",
                "closes": f"{said['closes']:%H:%M}",
                "weekdays": tuple(said["weekdays"]),
                "chairs": tuple(filter(None, names)),
            }
        )

"""What a visitor may ask for, and what a visitor may send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.directory.models import ProblemReport
from reprieve.clinic.directory.places import LONGEST, Place, find_places
from reprieve.clinic.directory.words import OFFERS, Item, PriceBand
from reprieve.core.directory.distance import KM_PER_MILE
from reprieve.patient.guard import GuardedForm

RADII_MILES = (10, 25, 50, 100, 250)
USUAL_MILES = 50  # project_default
LABELS = {
    "condition": _("Your pain"),
    "route": _("How it is given"),
    "setting": _("Where"),
    "language": _("Language spoken"),
}


class SearchForm(forms.Form):
    """All by GET: the address is the search, and nothing of it is kept."""

    place = forms.CharField(
        label=_("ZIP, postal code or city"),
        max_length=LONGEST,
        widget=forms.TextInput({"autocomplete": "postal-code"}),
    )
    radius = forms.TypedChoiceField(
        label=_("How far"),
        choices=[(m, f"{m} mi / {round(m * KM_PER_MILE)} km") for m in RADII_MILES],
        coerce=int,
        empty_value=USUAL_MILES,
        required=False,
        initial=USUAL_MILES,
    )
    price = forms.ChoiceField(
        label=_("Price"), choices=[("", _("Any")), *PriceBand.choices], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others: list[Place] = []
        for kind, words in OFFERS.items():
            self.fields[kind] = forms.ChoiceField(
                label=LABELS[kind], choices=[("", _("Any")), *words.choices], required=False
            )

    def clean_place(self) -> Place:
        """The likeliest place; the others of the same name are kept to be offered."""
        found = find_places(self.cleaned_data["place"])
        if not found:
            raise forms.ValidationError(
                _("We do not know this place. Try a ZIP code, or a bigger city near you.")
            )
        self.others = found[1:6]
        return found[0]

    @property
    def narrowed(self) -> bool:
        """Whether anything but place and distance was asked for."""
        asked = getattr(self, "cleaned_data", {})  # none before anybody searched
        return any(asked.get(name) for name in (*OFFERS, "price"))

    @property
    def filters(self) -> list[forms.BoundField]:
        return [self[name] for name in (*OFFERS, "price")]


class ProblemForm(GuardedForm):
    """What is wrong with a listing; nobody is written to."""

    kind = forms.ChoiceField(
        label=_("What is wrong?"), choices=ProblemReport.Kind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Tell us more. Leave out your name and your health."),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class ClaimForm(GuardedForm):
    """Who speaks for the clinic, and what it says it has."""

    email = forms.EmailField(label=_("Email"), max_length=254)
    name = forms.CharField(label=_("Your name"), max_length=120)
    work = forms.CharField(label=_("Your work there"), max_length=120)
    items = forms.MultipleChoiceField(
        label=_("What your clinic has"),
        choices=Item.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    corrections = forms.CharField(
        label=_("What should change on the page?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def fields_of_claim(self) -> dict[str, Any]:
        kept = ("name", "work", "email", "items", "corrections")
        return {name: self.cleaned_data[name] for name in kept}

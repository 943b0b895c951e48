"""A listing as its keeper writes it, and what is found of one vetting item."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.directory.models import Listing, offers_text
from reprieve.clinic.directory.places import REGIONS, find_places
from reprieve.clinic.directory.words import OFFERS, Item, Status

OFFER_LABELS = {
    "condition": _("Pain treated"),
    "route": _("Routes"),
    "setting": _("Settings"),
    "language": _("Languages"),
}
COUNTRIES = [("US", _("United States")), ("CA", _("Canada"))]


class ListingForm(forms.ModelForm):
    """Without coordinates the place of the ZIP or postal code stands in for them."""

    country = forms.ChoiceField(label=_("country"), choices=COUNTRIES)
    latitude = forms.FloatField(label=_("latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(
        label=_("longitude"), required=False, min_value=-180, max_value=180
    )

    website = forms.URLField(
        label=_("website"), max_length=300, required=False, assume_scheme="https"
    )

    class Meta:
        model = Listing
        fields: ClassVar = [
            "name", "street", "city", "region", "postal_code", "country", "latitude", "longitude",
            "phone", "website", "email", "price_band", "shown",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, words in OFFERS.items():
            self.fields[kind] = forms.MultipleChoiceField(
                label=OFFER_LABELS[kind],
                choices=words.choices,
                required=False,
                initial=self.instance.codes(kind),
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_region(self) -> str:
        region = self.cleaned_data["region"].strip().upper()
        if region not in REGIONS.values():
            raise forms.ValidationError(_("Two letters of a US state or a Canadian province."))
        return region

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [data.get("latitude") is not None, data.get("longitude") is not None]
        if all(given) or {"latitude", "longitude"} & set(self.errors):
            return data
        if any(given):
            self.add_error("longitude", _("Give both coordinates, or neither."))
        elif found := find_places(data.get("postal_code", "")):
            data["latitude"], data["longitude"] = found[0].point.latitude, found[0].point.longitude
        else:
            self.add_error("postal_code", _("Not a code we know: give the coordinates."))
        return data

    def values(self) -> dict[str, Any]:
        """Fields of the listing, offers as they are stored."""
        plain = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return plain | {"offers": offers_text({k: self.cleaned_data[k] for k in OFFERS})}


class ItemForm(forms.Form):
    """One vetting item: what is known now."""

    item = forms.ChoiceField(label=_("Point"), choices=Item.choices)
    status = forms.ChoiceField(label=_("What is known"), choices=Status.choices)
    how = forms.CharField(
        label=_("What was looked at"),
        help_text=_("Shown to visitors with your name, when it is verified."),
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") == Status.VERIFIED and not data.get("how", "").strip():
            self.add_error("how", _("Say what was looked at: a page says it to visitors."))
        return data

"""What is given: rates, boluses, single doses, other drugs, and what the pump says."""

from collections.abc import Sequence
from math import isclose
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.session.forms.base import ChartForm, number
from reprieve.core.session.events import EventKind

K = EventKind
HIGHEST_MG_PER_H = (
    500  # what can be typed at all: far above every protocol, so a slip of a digit is refused
)


class OutsideOrder(forms.Form):
    """When a prescriber orders more than the order allows: who, how, read back, why. Co-signed later."""

    prescriber = forms.ChoiceField(label=_("Prescriber who orders it"), required=False)
    how = forms.ChoiceField(
        label=_("How it was ordered"),
        required=False,
        choices=(("telephone", _("by telephone")), ("in person", _("in person, at the chair"))),
    )
    read_back = forms.BooleanField(label=_("Read back and confirmed"), required=False)
    why = forms.CharField(label=_("Why beyond the order"), required=False, max_length=300)

    def offer(self, prescribers: Sequence[tuple[str, str]]) -> None:
        """Only prescribers of the clinic may be named: one of them has to co-sign."""
        self.fields["prescriber"].choices = [("", "–"), *prescribers]

    def outside_order(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        if not (said.get("prescriber") or said.get("why")):
            return None
        names = dict(self.fields["prescriber"].choices)
        return {
            "by": names.get(said["prescriber"], "") if said.get("prescriber") else "",
            "by_user": said.get("prescriber", ""),
            "how": said.get("how") or "telephone",
            "read_back": bool(said.get("read_back")),
            "reason": said.get("why", ""),
        }


class RateForm(ChartForm, OutsideOrder):
    """In mg/h, or in mL/h where it is known what is in the pump: then both are kept.

    strength: mg/mL of base charted last; None: not known, and mL/h is not offered.
    """

    kind = K.RATE_CHANGED
    rate_mg_per_h = number(_("New rate"), 0, HIGHEST_MG_PER_H, unit=_("mg/h of base"))
    rate_ml_per_h = number(_("Or as the pump shows it"), 0, 2000, unit="mL/h")

    def __init__(self, *args: Any, strength: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strength = strength
        if strength is None and "concentration_mg_per_ml" not in self.fields:
            del self.fields["rate_ml_per_h"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        mg, ml = said.get("rate_mg_per_h"), said.get("rate_ml_per_h")
        strength = said.get("concentration_mg_per_ml") or self.strength
        if ml is not None and strength is None:
            self.add_error("rate_ml_per_h", _("Say what is in the pump, in mg/mL."))
        elif ml is not None and mg is not None and not isclose(mg, ml * strength, rel_tol=0.01):
            self.add_error("rate_ml_per_h", _("mg/h and mL/h do not agree: type one of them."))
        elif ml is not None and mg is None:
            said["rate_mg_per_h"], said["concentration_mg_per_ml"] = ml * strength, strength
            if not 0 <= said["rate_mg_per_h"] <= HIGHEST_MG_PER_H:
                self.add_error("rate_ml_per_h", _("That is no rate of ketamine."))
        elif mg is None and "rate_mg_per_h" not in self.errors:
            self.add_error("rate_mg_per_h", _("Type the rate."))
        return said


class StartForm(RateForm):
    kind = K.INFUSION_STARTED
    rate_mg_per_h = number(_("Starting rate"), 0.01, HIGHEST_MG_PER_H, unit=_("mg/h of base"))
    concentration_mg_per_ml = number(_("In the pump"), 0.01, 100, unit=_("mg/mL of base"))


class BolusForm(ChartForm, OutsideOrder):
    kind = K.BOLUS_GIVEN
    amount_mg = number(_("Bolus"), 0.01, 100, required=True, unit=_("mg of base"))


class DoseForm(ChartForm, OutsideOrder):
    """One dose by muscle, tablet or nose. Its own observation clock begins with it."""

    kind = K.DOSE_GIVEN
    amount_mg = number(_("Dose"), 0.01, 500, required=True, unit=_("mg of base"))
    product = forms.CharField(label=_("Product and strength"), max_length=100)
    site = forms.ChoiceField(label=_("Where"))
    hold_min = number(_("Held in the mouth"), 0, 60, unit="min")
    afterwards = forms.ChoiceField(
        label=_("Then"),
        required=False,
        choices=(("", "–"), ("swallowed", _("swallowed")), ("spat", _("spat out"))),
    )

    def __init__(self, *args: Any, route: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.route = route
        self.fields["site"].choices = [("", "–"), *SITES.get(route, ANYWHERE)]
        if route != "sublingual":
            del self.fields["hold_min"], self.fields["afterwards"]
        else:
            self.fields["hold_min"].required = self.fields["afterwards"].required = True

    def payload(self) -> dict[str, Any]:
        said = super().payload()
        then = said.pop("afterwards", None)
        return {**said, "route": self.route, **({then: True} if then else {})}


ANYWHERE = (("mouth", _("mouth")),)
SITES: dict[str, tuple[tuple[str, Any], ...]] = {
    "im": (
        ("deltoid left", _("upper arm, left")),
        ("deltoid right", _("upper arm, right")),
        ("thigh left", _("thigh, left")),
        ("thigh right", _("thigh, right")),
        ("hip left", _("hip, left")),
        ("hip right", _("hip, right")),
    ),
    "intranasal": (
        ("left nostril", _("left nostril")),
        ("right nostril", _("right nostril")),
        ("both nostrils", _("both nostrils")),
    ),
    "sublingual": (("under the tongue", _("under the tongue")), ("cheek", _("cheek"))),
    "oral": ANYWHERE,
}


class PumpForm(ChartForm):
    """What the pump's display says; the difference to the charted rates is shown, never mended."""

    kind = K.PUMP_READING
    volume_infused_ml = number(_("Volume infused"), 0, 2000, required=True, unit="mL")
    concentration_mg_per_ml = number(
        _("Concentration"), 0.01, 100, required=True, unit=_("mg/mL of base")
    )
    boluses_by_pump = forms.BooleanField(label=_("The pump gave the boluses too"), required=False)


class RescueForm(ChartForm, OutsideOrder):
    """A drug of the order, another a prescriber orders now, or the patient's own medicine."""

    kind = K.DRUG_GIVEN
    drug = forms.ChoiceField(label=_("Drug"), required=False)
    other = forms.CharField(
        label=_("Another drug, not on the order"), required=False, max_length=80
    )
    dose_mg = number(_("Dose"), 0.001, 2000, required=True, unit="mg")
    route = forms.CharField(label=_("Route"), max_length=20)
    own = forms.BooleanField(
        label=_("The patient's own medicine, taken as prescribed"), required=False
    )

    def __init__(self, *args: Any, ordered: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(d.drug, f"{d.drug} {d.dose_mg:g} mg {d.route}") for d in ordered]
        self.fields["drug"].choices = [("", "–"), *listed]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("drug")) == bool(said.get("other")):
            self.add_error("drug", _("Choose a drug of the order, or write another one."))
        return said

    def payload(self) -> dict[str, Any]:
        said = super().payload()
        named = said.pop("other", "") or said.pop("drug", "")
        return {"drug": named, **{k: v for k, v in said.items() if k != "drug" and v is not False}}

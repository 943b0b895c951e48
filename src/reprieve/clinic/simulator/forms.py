"""Who, what is given when, which models, and with which other drug. All of it lives in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.ui.forms import NumberInput
from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Product, Route, Sex
from reprieve.core.pkpd.interactions import PRECIPITANTS
from reprieve.core.pkpd.model import BASE_PER_HYDROCHLORIDE, SPRAY_PAIR_MG, Ancestry
from reprieve.core.pkpd.routes import refusal

TIMED = (Route.IV,)
DRUGS = {Drug.KETAMINE: _("ketamine (racemic)"), Drug.ESKETAMINE: _("esketamine")}
ROUTES = {
    Route.IV: _("into a vein"),
    Route.SUBLINGUAL: _("under the tongue"),
    Route.ORAL: _("by mouth"),
    Route.INTRANASAL: _("into the nose"),
    Route.IM: _("into a muscle"),
    Route.SC: _("under the skin"),
    Route.RECTAL: _("rectal"),
    Route.TOPICAL: _("on the skin"),
}
MAX_DOSES = 12


def _number(label: Any, low: float, high: float, **more: Any) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=low, max_value=high, widget=NumberInput, **more)


class PersonForm(forms.Form):
    """The limits are those of the contract: outside them nothing is drawn."""

    weight_kg = _number(_("Weight (kg)"), 30, 250)
    age_years = _number(_("Age (years)"), 18, 110)
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[("unknown", _("not known")), ("female", _("female")), ("male", _("male"))],
    )
    height_cm = _number(_("Height (cm)"), 120, 230, required=False)
    ancestry = forms.ChoiceField(
        label=_("Ancestry, as far as a model knows a difference"),
        required=False,
        choices=[("", _("not given")), *((a.value, a.value) for a in Ancestry)],
    )
    until_h = _number(_("Show hours"), 0.5, 2400)
    model = forms.ChoiceField(
        label=_("Model"),
        choices=[
            ("default", _("the default of the route, with its band")),
            ("all", _("every model that covers these doses")),
            *((m.id, m.title) for m in MODELS.values()),
        ],
    )
    precipitant = forms.ChoiceField(
        label=_("Together with"),
        required=False,
        choices=[("", _("no other drug")), *((name, name) for name in PRECIPITANTS)],
    )

    def person(self) -> Covariates:
        said = self.cleaned_data
        return Covariates(
            weight_kg=said["weight_kg"],
            age_years=said["age_years"],
            sex=Sex(said["sex"]),
            height_cm=said["height_cm"],
            ancestry=Ancestry(said["ancestry"]) if said["ancestry"] else None,
        )


class DoseForm(forms.Form):
    """One dose. A route nobody has modelled in adults is refused with the published range."""

    drug = forms.ChoiceField(label=_("Drug"), choices=DRUGS.items())
    route = forms.ChoiceField(label=_("How"), choices=ROUTES.items())
    amount_mg = _number(_("Amount (mg)"), 0.001, 20_000)
    salt = forms.ChoiceField(
        label=_("as"), choices=[("base", _("base")), ("hydrochloride", _("hydrochloride"))]
    )
    start_min = _number(_("From (min)"), 0, 576_000)
    duration_min = _number(_("Over (min)"), 0.01, 576_000, required=False)
    product = forms.ChoiceField(
        label=_("Product"),
        required=False,
        choices=[("", "–"), *((p.value, p.value) for p in Product)],
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        route = said.get("route")
        if route in TIMED and not said.get("duration_min"):
            self.add_error("duration_min", _("An infusion needs a duration."))
        if route not in TIMED and said.get("duration_min"):
            self.add_error("duration_min", _("A dose by this route has no duration."))
        if said.get("product") and route != Route.SUBLINGUAL:
            self.add_error("product", _("Only a dose under the tongue has a product."))
        if not self.errors:
            self._check_model(said)
        return said

    def _check_model(self, said: dict[str, Any]) -> None:
        dose = self.dose()
        if why := refusal(dose):
            self.add_error("route", why)
        elif dose.route is Route.INTRANASAL and abs(dose.amount_mg - SPRAY_PAIR_MG) > 0.01:
            self.add_error(
                "amount_mg", _("A nasal dose is one spray pair of 28 mg esketamine base.")
            )

    def dose(self) -> Dose:
        """The dose in mg of base."""
        said = self.cleaned_data
        factor = BASE_PER_HYDROCHLORIDE if said["salt"] == "hydrochloride" else 1.0
        return Dose(
            drug=Drug(said["drug"]),
            route=Route(said["route"]),
            amount_mg=said["amount_mg"] * factor,
            start_min=said["start_min"],
            duration_min=said.get("duration_min"),
            product=Product(said["product"]) if said.get("product") else None,
        )


Doses = forms.formset_factory(
    DoseForm, extra=0, min_num=1, max_num=MAX_DOSES, absolute_max=MAX_DOSES, validate_max=True
)
EXAMPLE = {
    "weight_kg": "70",
    "age_years": "45",
    "sex": "unknown",
    "until_h": "4",
    "model": "default",
    "d-TOTAL_FORMS": "1",
    "d-INITIAL_FORMS": "0",
    "d-0-drug": "ketamine",
    "d-0-route": "iv",
    "d-0-amount_mg": "80",
    "d-0-salt": "base",
    "d-0-start_min": "0",
    "d-0-duration_min": "150",
}

"""The prices of a course: the printed ones until somebody types a clinic's own."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.clinic.ui.forms import NumberInput
from reprieve.core.costs.estimate import CoursePrices, Range

# field: (label, the printed prices it starts from, decimals)
PRICES = (
    ("consultation", _("First talk with the clinic, $"), ("cost_a001_initial_consultation",)),
    ("infusion", _("One drip, $"), ("cost_a000_infusion", "cost_directory_pain_infusion")),
    ("upkeep", _("One later drip, $"), ("cost_a000_maintenance_session",)),
)
SERIES = "pr_iv_30_40min_x6"  # the popular plan: how many, how far apart
MOST_USD, MOST_SESSIONS, MOST_WEEKS, MOST_SEED = 100_000, 60, 52, 2**31


class PriceForm(forms.Form):
    """Two figures for each price, lowest and highest."""

    no_upkeep = forms.BooleanField(label=_("No later drips are planned"), required=False)
    seed = forms.IntegerField(
        label=_("Start number of the draw"), min_value=1, max_value=MOST_SEED, widget=NumberInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, _records in PRICES:
            self._pair(name, label, forms.DecimalField, 0, MOST_USD)
        self._pair(
            "extras",
            _("Extras for each visit: ride, tests, lost pay, $"),
            forms.DecimalField,
            0,
            MOST_USD,
        )
        self._pair("sessions", _("How many drips at first"), forms.IntegerField, 1, MOST_SESSIONS)
        self._pair("every", _("Weeks between later drips"), forms.DecimalField, 1, MOST_WEEKS)

    def _pair(self, name: str, label: Any, kind: type[forms.Field], least: int, most: int) -> None:
        for end, said in (("low", _("from")), ("high", _("to"))):
            self.fields[f"{name}_{end}"] = kind(
                label=said, min_value=least, max_value=most, widget=NumberInput
            )
        self.labels = {**getattr(self, "labels", {}), name: label}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.labels:
            low, high = data.get(f"{name}_low"), data.get(f"{name}_high")
            if low is not None and high is not None and high < low:
                self.add_error(f"{name}_high", _("This is below the first figure."))
        return data

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(label, self[f"{n}_low"], self[f"{n}_high"]) for n, label in self.labels.items()]

    def prices(self) -> CoursePrices:
        """What was typed, for the estimate."""
        return CoursePrices(
            consultation_usd=self._range("consultation"),
            infusion_usd=self._range("infusion"),
            sessions=self._range("sessions"),
            between_weeks=between_weeks(),
            upkeep_usd=self._range("upkeep"),
            upkeep_every_weeks=None if self.cleaned_data["no_upkeep"] else self._range("every"),
            extras_usd=self._range("extras"),
        )

    def _range(self, name: str) -> Range:
        low, high = self.cleaned_data[f"{name}_low"], self.cleaned_data[f"{name}_high"]
        return Range(low=float(low), high=float(high))


def printed() -> dict[str, Any]:
    """The figures to start from: the widest the records hold; sessions from one to the popular plan's."""
    costs = {c.id: c for c in knowledge.costs()}
    data: dict[str, Any] = {"extras_low": 0, "extras_high": 0, "seed": 1}
    for name, _label, ids in PRICES:
        data[f"{name}_low"] = Decimal(min(costs[i].low_usd for i in ids)).normalize()
        data[f"{name}_high"] = Decimal(max(costs[i].high_usd for i in ids)).normalize()
    course = _course()
    weeks = [days / 7 for days in course.maintenance_interval_days or ()]
    data |= {"sessions_low": 1, "sessions_high": max(course.sessions or (1,))}
    data |= {"every_low": f"{weeks[0]:g}", "every_high": f"{weeks[1]:g}"}
    return {key: f"{v:f}" if isinstance(v, Decimal) else v for key, v in data.items()}


def between_weeks() -> Range:
    """Weeks between the first drips, as the popular plan has them."""
    days = _course().interval_days or (7, 7)
    return Range(low=days[0] / 7, high=days[1] / 7)


def _course() -> Any:
    return next(p.course for p in knowledge.protocols() if p.id == SERIES)

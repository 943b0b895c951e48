"""What is chosen on the page, and the pooled answer to it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.core.problems import UnusableInput
from reprieve.core.synthesis.effects import Effects
from reprieve.core.synthesis.measures import table_measure
from reprieve.core.synthesis.pool import INTERVALS, METHODS, Pooled, pool
from reprieve.knowledge.studies import Trial, TrialOutcome

OUTCOME = "responders_short"
MEASURES = (("RR", _("Risk ratio")), ("OR", _("Odds ratio")), ("RD", _("Risk difference")))
FEW = 5  # fewer studies show themselves and a caution, not a headline
INTERVAL_NAMES = {
    "wald": _("normal"),
    "knapp-hartung": "Knapp-Hartung",
    "knapp-hartung-adhoc": _("Knapp-Hartung, never narrower"),
}


def poolable() -> list[tuple[Trial, TrialOutcome]]:
    """Trials that count responders soon after an infusion, oldest first."""
    found = [(t, o) for t in knowledge.trials() for o in t.outcomes if o.outcome == OUTCOME]
    return sorted(found, key=lambda pair: pair[0].year)


class PoolForm(forms.Form):
    """Chosen in the address, so that a view can be sent to a colleague."""

    measure = forms.ChoiceField(label=_("Compare by"), choices=MEASURES, required=False)
    method = forms.ChoiceField(
        label=_("Model"),
        choices=[(m, _("Fixed effect") if m == "FE" else m) for m in METHODS],
        required=False,
        help_text=_("How the differences between studies are estimated."),
    )
    ci = forms.ChoiceField(
        label=_("Interval"), choices=list(INTERVAL_NAMES.items()), required=False
    )
    trials = forms.MultipleChoiceField(
        label=_("Studies"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, typed: Any) -> None:
        names = [(t.id, name_of(t)) for t, _o in poolable()]
        super().__init__(typed or {"method": "REML", "trials": [n for n, _l in names]})
        self.fields["trials"].choices = names
        for field in self.fields.values():
            field.needed = True  # each has a beginning; none is optional to the eye

    def chosen(self) -> dict[str, Any]:
        """Measure, method, interval, ids; what was left open as it begins."""
        said = self.cleaned_data if self.is_valid() else {}
        return {
            "measure": said.get("measure") or "RR",
            "method": said.get("method") or "REML",
            "ci": said.get("ci") or INTERVALS[0],
            "trials": said.get("trials", []),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the chosen studies come to. log: whether effects are on a log scale. why: of no answer."""

    rows: tuple[tuple[Trial, TrialOutcome], ...]
    effects: Effects | None
    pooled: Pooled | None
    log: bool
    why: str


def answer_to(chosen: dict[str, Any]) -> Answer:
    """Pool what was chosen; a clinical "no" (nothing chosen, nothing to say) is an answer too."""
    rows = tuple(pair for pair in poolable() if pair[0].id in chosen["trials"])
    log = chosen["measure"] != "RD"
    if not rows:
        return Answer(rows=rows, effects=None, pooled=None, log=log, why=_("Choose a study."))
    table = {name: [getattr(o, name) for _t, o in rows] for name in ("ai", "n1i", "ci", "n2i")}
    labels = [name_of(t) for t, _o in rows]
    try:
        found = table_measure(chosen["measure"], table, labels)
        pooled = pool(found, method=chosen["method"], ci=chosen["ci"])
    except UnusableInput as refused:
        why = "; ".join(p.message for p in refused.problems)
        return Answer(rows=rows, effects=None, pooled=None, log=log, why=why)
    return Answer(rows=rows, effects=found, pooled=pooled, log=log, why="")


def name_of(trial: Trial) -> str:
    """ "Noppers 2011", from the record's id."""
    return f"{trial.id.split('_')[1].capitalize()} {trial.year}"


def shown(value: float, log: bool) -> float:
    """A figure on the scale people read."""
    return float(np.exp(value)) if log else float(value)

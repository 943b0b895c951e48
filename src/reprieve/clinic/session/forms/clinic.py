"""What a clinic says about its sessions and its rooms."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.clinic.accounts.models import Role
from reprieve.clinic.session.forms.base import number
from reprieve.clinic.session.policy import Policy
from reprieve.clinic.session.words import LEVELS, PARAMETERS
from reprieve.clinic.ui.forms import DateInput
from reprieve.core.session.escalation import REPEATS
from reprieve.core.session.limits import adjustable

MAY = ((Role.PRESCRIBER.value, _("prescribers only")), ("nurse", _("prescribers and nurses")))


class PolicyForm(forms.Form):
    """Every number with its range; blank is our default."""

    jurisdiction = forms.CharField(label=_("Jurisdiction"), required=False, max_length=60)
    authority = forms.CharField(
        label=_("What the choice below rests on (board rule, protocol, date)"),
        required=False,
        max_length=300,
    )
    may_titrate = forms.ChoiceField(label=_("Who may raise the rate"), choices=MAY)
    may_bolus = forms.ChoiceField(label=_("Who may give a bolus"), choices=MAY)
    repeat_s = forms.IntegerField(
        label=_("A high advisory sounds again after"),
        min_value=REPEATS[0],
        max_value=REPEATS[1],
        help_text=_("seconds, 30 to 60"),
    )
    patients_per_nurse = forms.IntegerField(
        label=_("Patients one nurse may look after at once"), min_value=1, max_value=10
    )
    home = forms.BooleanField(
        label=_("Dosing at home is allowed here, and I sign for it"), required=False
    )
    home_why = forms.CharField(
        label=_("On what conditions"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )

    CLINIC = (
        "jurisdiction",
        "authority",
        "may_titrate",
        "may_bolus",
        "repeat_s",
        "patients_per_nurse",
    )
    HOME = ("home", "home_why")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.limits = [limit for limit in knowledge.thresholds() if adjustable(limit)]
        for limit in self.limits:
            name, unit = PARAMETERS[limit.parameter]
            self.fields[f"limit-{limit.id}"] = number(
                f"{name}: {LEVELS[limit.level]}",
                limit.adjustable_low or 0,
                limit.adjustable_high or 0,
                unit=f"{limit.adjustable_low:g}-{limit.adjustable_high:g} {unit}, "
                + str(_("blank: {n}")).format(n=f"{limit.limit:g}"),
            )
        for card in knowledge.emergency():
            self.fields[f"card-{card.id}"] = forms.CharField(
                label=card.title, required=False, widget=forms.Textarea({"rows": 4})
            )

    def limit_fields(self) -> list[Any]:
        return [self[f"limit-{limit.id}"] for limit in self.limits]

    def card_fields(self) -> list[Any]:
        return [self[f"card-{card.id}"] for card in knowledge.emergency()]

    def clinic_fields(self) -> list[Any]:
        return [self[name] for name in self.CLINIC]

    def home_fields(self) -> list[Any]:
        return [self[name] for name in self.HOME]

    def settings(self, signer: str) -> dict[str, Any]:
        """As policy.adopt takes it. A blank limit or card is ours again."""
        said = self.cleaned_data
        titles = {card.id: card.title for card in knowledge.emergency()}
        both = [Role.PRESCRIBER.value, Role.NURSE.value]
        return {
            "limits": {
                limit.id: said[f"limit-{limit.id}"]
                for limit in self.limits
                if said.get(f"limit-{limit.id}") is not None
            },
            "cards": {
                code: {"title": title, "steps": steps}
                for code, title in titles.items()
                if (steps := [s.strip() for s in said[f"card-{code}"].splitlines() if s.strip()])
            },
            **{
                name: both if said[name] == "nurse" else both[:1]
                for name in ("may_titrate", "may_bolus")
            },
            **{
                name: said[name]
                for name in ("jurisdiction", "authority", "repeat_s", "patients_per_nurse")
            },
            "home_signed_by": signer if said["home"] else "",
            "home_why": said["home_why"],
        }


def policy_initial(policy: Policy) -> dict[str, Any]:
    """The form as the clinic's rules stand."""

    def who(roles: frozenset[str]) -> str:
        return "nurse" if Role.NURSE in roles else Role.PRESCRIBER.value

    return {
        "jurisdiction": policy.jurisdiction,
        "authority": policy.authority,
        "may_titrate": who(policy.may_titrate),
        "may_bolus": who(policy.may_bolus),
        "repeat_s": policy.repeat_s,
        "patients_per_nurse": policy.patients_per_nurse,
        "home": bool(policy.home_signed_by),
        "home_why": policy.home_why,
        **{f"limit-{code}": f"{value:g}" for code, value in policy.chosen.items()},
        **{f"card-{code}": "\n".join(card["steps"]) for code, card in policy.cards.items()},
    }


class RoomForm(forms.Form):
    """The daily check: each item is there and works, or is not. Nothing is ticked beforehand."""

    room = forms.ChoiceField(label=_("Room or chair"), required=False)
    note = forms.CharField(
        label=_("What is missing, and who was told"), required=False, max_length=300
    )

    def __init__(self, *args: Any, rooms: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        named = [(name, name) for name in rooms if name]
        self.fields["room"].choices = [("", _("all of them")), *named]
        for item in knowledge.rooms():
            self.fields[item.id] = forms.ChoiceField(
                label=f"{item.item}: {item.asks}",
                choices=(("yes", _("there and works")), ("no", _("missing or not working"))),
                widget=forms.RadioSelect,
            )
            if item.expires:
                self.fields[f"expires-{item.id}"] = forms.DateField(
                    label=_("Earliest date of expiry"), widget=DateInput
                )
        self.order_fields(["room", *[n for n in self.fields if n not in ("room", "note")], "note"])

    def works(self) -> dict[str, bool]:
        return {item.id: self.cleaned_data[item.id] == "yes" for item in knowledge.rooms()}

    def expires_on(self) -> Mapping[str, str]:
        return {
            item.id: self.cleaned_data[f"expires-{item.id}"].isoformat()
            for item in knowledge.rooms()
            if item.expires
        }

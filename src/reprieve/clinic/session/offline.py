"""What a session page needs to go on without the server, as data: rules, events, words, the model.

The browser folds the events and holds them to the rules as core does (static js/fold.js, level.js).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.session import words
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import Live
from reprieve.clinic.session.timeline import BAND, BOLUS_MIN, model_of
from reprieve.core.dosing.order import TOLERANCE, Order
from reprieve.core.pkpd.modal_form import modal_form, modal_form_json
from reprieve.core.session.advisories import CLOSE_WATCH, RELATIVE, Priority, order_limits
from reprieve.core.session.events import Event, in_force
from reprieve.core.session.readings import CLOSER_WATCH, PARAMETERS, VITAL_SIGNS, WATCHED
from reprieve.core.session.state import TRANSITIONS
from reprieve.core.session.thresholds import Threshold

SHOWN = (*words.SAID, "step", "other")  # fields whose words are shown as typed
SENT = (*PARAMETERS, "rate_mg_per_h", "amount_mg", "concentration_mg_per_ml")  # of an event


def session_page(session: Encounter, request: HttpRequest) -> dict[str, str]:
    """Whose page this is and under which name it is stored on the tablet."""
    planned = timezone.localtime(session.planned_at or session.recorded_at)
    chair = f", {_('chair')} {session.chair}" if session.chair else ""
    return {
        "path": reverse("session:run", args=[session.patient_id, session.pk]),
        "patient": str(session.patient),
        "place": f"{planned:%Y-%m-%d %H:%M}{chair}",
        "user": str(request.user.pk),
        "user_name": str(request.user),
        "zone": session.clinic.time_zone,
    }


def session_rules(live: Live, kinds: Mapping[str, str]) -> dict[str, Any]:
    """What does not change while the page is open. kinds: form name to event kind."""
    during = [limit for limit in live.policy.limits if limit.stage == "during"]
    return {
        "parameters": PARAMETERS,
        "vital_signs": VITAL_SIGNS,
        "watched": sorted(WATCHED),
        "closer_watch": sorted(CLOSER_WATCH),
        "close_watch_min": CLOSE_WATCH.total_seconds() / 60,
        "transitions": TRANSITIONS,
        "relative": RELATIVE,
        "tolerance": TOLERANCE,
        "limits": [limit_data(limit) for limit in during],
        "order": order_data(live.order) if live.order else None,
        "visit_mg": live.session.order.order.get("visit_mg") if live.session.order else None,
        "own": dict(live.baseline.values),
        "kinds": kinds,
    }


def limit_data(limit: Threshold) -> dict[str, Any]:
    return {
        "id": limit.id,
        "parameter": limit.parameter,
        "level": limit.level,
        "comparison": limit.comparison,
        "limit": limit.limit,
        "owner": limit.owner.value,
        "action": limit.action,
    }


def order_data(order: Order) -> dict[str, Any]:
    """The order's own limits beside the clinic's, and the total as one of them."""
    limits = [
        {"id": code, "parameter": parameter, "level": level, "comparison": side, "limit": number}
        for code, parameter, level, side, number in order_limits(order)
        if number is not None
    ]
    total = {
        "id": "order_total",
        "parameter": "given_mg",
        "level": "hold",
        "comparison": "at_or_above",
        "limit": order.maximum_total_mg,
    }
    said = {
        "hold": _("Hold the infusion, as ordered."),
        "warn": _("Call the prescriber, as ordered."),
    }
    for one in (*limits, total):
        one |= {"owner": "order", "action": said[str(one["level"])]}
    return {
        "weight_kg": order.weight_kg,
        "start_rate_mg_per_h": order.start_rate_mg_per_h,
        "maximum_rate_mg_per_h": order.maximum_rate_mg_per_h,
        "step_mg_per_h": order.step_mg_per_h,
        "bolus_mg": order.bolus_mg,
        "limits": limits,
        "total": total,
    }


def session_now(live: Live) -> dict[str, Any]:
    """What changes: the events that stand, in order, and the server's clock. Times: ms since 1970."""
    return {
        "now": ms(live.now),
        "sequence": live.last_sequence,
        "closed": live.closed,
        "events": [event_data(e) for e in in_force(live.events)],
    }


def event_data(event: Event) -> dict[str, Any]:
    said = {k: event.payload[k] for k in SENT if event.payload.get(k) is not None}
    return {"id": str(event.id), "kind": event.kind, "at": ms(event.measured_at), "said": said}


def ms(at: datetime) -> float:
    return at.timestamp() * 1000


def session_model(live: Live) -> dict[str, Any] | str:
    """The model for this patient as amplitudes and rates, typical and drawn; or why there is none."""
    found = model_of(live)
    if isinstance(found, str):
        return found
    model, drug, route, person = found
    drawn = BAND.n if model.between_subject else 0
    form = modal_form(model, person, drug, route, drawn=drawn, seed=BAND.seed)
    return {**modal_form_json(form), "bolus_min": BOLUS_MIN}


def session_words(kinds: Mapping[str, Any]) -> dict[str, Any]:
    """What the browser says by itself, in the reader's language."""
    return {
        "kinds": {what: str(words.KINDS[kind]) for what, kind in kinds.items()},
        "fields": {**_parameters(), **{k: {"label": "", "unit": ""} for k in SHOWN}},
        "values": {str(k): str(v) for k, v in words.STEPS.items()},
        "states": {str(k): str(v) for k, v in words.STATES.items()},
        "parameters": _parameters(),
        "owners": {k: str(v) for k, v in words.OWNERS.items()},
        "stars": {int(p): words.STARS[p] for p in Priority},
        "tones": {int(p): words.TONES[p] for p in Priority},
        "above": _("above"),
        "at_or_above": _("at or above"),
        "below": _("below"),
        "at_or_below": _("at or below"),
        "own": _("own value"),
        "since": _("since"),
        "not_yet": _("not yet"),
        "old": _("old"),
        "ago": _("{n} min ago"),
        "in": _("in {n} min"),
        "right_now": _("now"),
        "next_set": _("next set"),
        "beyond": _(
            "Beyond the order: at most {most}. Write under it which prescriber orders more, and why."
        ),
    }


def _parameters() -> dict[str, dict[str, str]]:
    return {k: {"label": str(label), "unit": unit} for k, (label, unit) in words.PARAMETERS.items()}


def tablet_words() -> dict[str, str]:
    """What the list of unsent entries and its page say. {…} is filled in by the script."""
    return {
        "ready": _("This page is kept on this tablet: it goes on when the network is gone."),
        "never": _(
            "This tablet does not keep the page: without HTTPS nothing works when the network is gone."
        ),
        "no_line": _("No connection since {time}. Go on charting: entries wait on this tablet."),
        "kept": _("This is the page as it stood at {time}, {n} min ago."),
        "one": _("1 entry is not sent yet"),
        "many": _("{n} entries are not sent yet"),
        "waits": _("not sent yet"),
        "sign_in": _("You are no longer signed in. Nothing is lost: sign in, and it is sent."),
        "to_sign_in": _("Sign in"),
        "other": _("waits for {name} to sign in"),
        "refused": _("not charted: {why}"),
        "unclear": _("the server did not take it ({why}); it is tried again"),
        "again": _("Send again"),
        "fill": _("Fill in again"),
        "note": _("Keep as a note"),
        "note_says": _("Not charted as it was typed. {words}. Typed by {name} at {time}. {why}"),
        "typed_by": _("typed by {name}"),
        "anew": _("Everything is sent. Show the page anew"),
        "empty": _("Nothing waits, and no page is kept on this tablet."),
        "asked_nothing": _("No connection. This is what the tablet holds."),
        "asked_not_sent": _(
            "No connection, and this cannot wait on the tablet: it was not sent. Go back; what you typed is still in the form."
        ),
        "asked_signed_out": _(
            "No connection. The kept pages are taken off this tablet; sign out again once the network is back. Entries not sent stay."
        ),
    }


def worker_words() -> dict[str, str]:
    return {"no_connection": _("No connection, and this tablet keeps no page of a session.")}

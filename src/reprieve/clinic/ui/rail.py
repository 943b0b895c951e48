"""The left rail: the clinic's pages, and the stages of a patient's care in their order.

A stage appears when its route is in the permission table and the person may open it.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.config.permissions import ROUTES, may_open


@dataclass(frozen=True, slots=True)
class Place:
    """seldom: on a phone it stands in the menu, not in the strip."""

    name: str
    route: str
    label: Any
    seldom: bool = False


CLINIC = (
    Place("today", "home", _("Today")),
    Place("board", "session:board", _("Chairs")),
    Place("desk", "session:desk", _("To do")),
    Place("inbox", "contact:inbox", _("From patients")),
    Place("work", "work", _("Afterwards"), seldom=True),
    Place("devices", "devices:list", _("Devices"), seldom=True),
    Place("patients", "patients:list", _("Patients")),
    Place("calendar", "scheduling:calendar", _("Calendar")),
    Place("pharmacy", "pharmacy:home", _("Pharmacy"), seldom=True),
    Place("outcomes", "outcomes:home", _("Outcomes"), seldom=True),
    Place("evidence", "evidence:browse", _("Evidence"), seldom=True),
    Place("directory", "directory:queue", _("Directory"), seldom=True),
    Place("simulator", "simulator:show", _("Simulator"), seldom=True),
    Place("knowledge", "knowledge:home", _("Knowledge"), seldom=True),
    Place("caps", "caps", _("Dose caps"), seldom=True),
    Place("team", "team", _("Team"), seldom=True),
)
STAGES = (
    Place("chart", "patients:chart", _("Chart")),
    Place("intake", "intake:show", _("Intake")),
    Place("assessment", "assessment:show", _("Assessment")),
    Place("plan", "plan:show", _("Plan")),
    Place("session", "session:show", _("Sessions")),
    Place("followup", "followup:show", _("Follow-up")),
)


def rail(request: HttpRequest, places: tuple[Place, ...], *args: Any) -> list[dict[str, Any]]:
    """The places this person may open, with their addresses."""
    roles = getattr(request, "roles", frozenset())
    open_to_me = [p for p in places if p.route in ROUTES and may_open(p.route, roles)]
    return [
        {"name": p.name, "label": p.label, "seldom": p.seldom, "href": reverse(p.route, args=args)}
        for p in open_to_me
    ]

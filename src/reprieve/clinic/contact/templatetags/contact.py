"""The links of one patient, drawn on the follow-up page."""

from typing import Any

from django import template
from django.conf import settings

from reprieve.clinic.contact.links import Purpose, questionnaires_for, title_of
from reprieve.clinic.contact.policy import policy_of
from reprieve.clinic.contact.selectors import account_of, list_links
from reprieve.clinic.contact.senders import channels
from reprieve.clinic.contact.views import JUST_SENT
from reprieve.clinic.patients.models import Patient

register = template.Library()


@register.inclusion_tag("contact/_links.html", takes_context=True)
def links_panel(context: Any, patient: Patient) -> dict[str, Any]:
    """Links sent, and the form that sends one."""
    request = context["request"]
    reach = {"email": patient.email, "sms": patient.phone}
    just_sent = request.session.get(JUST_SENT)
    mine = just_sent and just_sent["patient"] == str(patient.pk)
    if mine:
        del request.session[JUST_SENT]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "patient": patient,
        "links": list_links(patient),
        "account": account_of(patient),
        "purposes": Purpose.choices,
        "channels": [(name, reach[name]) for name in channels() if reach[name]],
        "questionnaires": [(q, title_of(q)) for q in questionnaires_for(patient)],
        "rules": policy_of(patient.clinic),
        "just_sent": just_sent["path"] if mine else "",
        "demo": getattr(settings, "DEMO", False),
    }

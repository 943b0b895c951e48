"""Every route. Who may open it stands in config/permissions.py."""

from django.urls import include, path
from django.views.i18n import set_language

from reprieve.clinic.accounts import views as accounts
from reprieve.clinic.config import health
from reprieve.clinic.followup import work_views
from reprieve.clinic.plan import cap_views as caps
from reprieve.clinic.ui import views as ui

urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("language/", set_language, name="language"),
    path("", accounts.home, name="home"),
    path("clinic/", accounts.choose_clinic, name="choose-clinic"),
    path("team/", accounts.team, name="team"),
    path("team/<uuid:membership_id>/end/", accounts.leave, name="team-leave"),
    path("looks/", ui.looks, name="looks"),
    path("patients/", include("reprieve.clinic.patients.urls")),
    path("patients/", include("reprieve.clinic.intake.urls")),
    path("patients/<uuid:patient_id>/assessment/", include("reprieve.clinic.assessment.urls")),
    path("patients/<uuid:patient_id>/plan/", include("reprieve.clinic.plan.urls")),
    path("caps/", caps.caps, name="caps"),
    path("caps/<slug:limit_id>/", caps.sign_cap, name="cap-sign"),
    path("simulator/", include("reprieve.clinic.simulator.urls")),
    path("", include("reprieve.clinic.session.urls")),
    path("", include("reprieve.clinic.live.urls")),
    path("", include("reprieve.clinic.devices.urls")),
    path("patients/<uuid:patient_id>/follow-up/", include("reprieve.clinic.followup.urls")),
    path("", include("reprieve.clinic.contact.urls")),
    path("calendar/", include("reprieve.clinic.scheduling.urls")),
    path("follow-up/", work_views.work, name="work"),
    path("follow-up/settle/", work_views.settle_one, name="work-settle"),
    path("outcomes/", include("reprieve.clinic.outcomes.urls")),
    path("directory/", include("reprieve.clinic.directory.urls")),
    path("evidence/", include("reprieve.clinic.evidence.urls")),
    path("", include("reprieve.patient.urls")),  # by name: the clinic does not import it
    path("knowledge/", include("reprieve.clinic.library.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
]
handler400 = "reprieve.clinic.config.errors.bad_request"
handler403 = "reprieve.clinic.config.errors.forbidden"
handler404 = "reprieve.clinic.config.errors.not_found"
handler500 = "reprieve.clinic.config.errors.broken"

from django.urls import path

from reprieve.clinic.intake import import_views, views

app_name = "intake"
patient = "<uuid:patient_id>/intake/"
urlpatterns = [
    path("import/", import_views.upload, name="import"),
    path("import/<uuid:pending_id>/", import_views.preview, name="preview"),
    path("import/<uuid:pending_id>/confirm/", import_views.confirm, name="confirm"),
    path("import/<uuid:pending_id>/cancel/", import_views.cancel, name="cancel"),
    path(patient, views.show, name="show"),
    path(patient + "consent/", views.consent, name="consent"),
    path(patient + "consent/withdraw/", views.withdraw, name="withdraw"),
    path(
        patient + "consent/<uuid:consent_id>/summary.pdf",
        views.consent_summary,
        name="consent-summary",
    ),
    path(patient + "consent/<uuid:consent_id>/", views.signed_consent, name="signed-consent"),
    path(patient + "answers/<uuid:response_id>/", views.answered, name="answered"),
    path(patient + "answers/<uuid:response_id>/correct/", views.correct, name="correct"),
    path(patient + "<slug:questionnaire_id>/", views.ask, name="ask"),
]

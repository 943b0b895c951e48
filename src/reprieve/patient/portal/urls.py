from django.urls import path

from reprieve.patient.portal import views

app_name = "my"
urlpatterns = [
    path("", views.home, name="home"),
    path("pain/", views.chart, name="chart"),
    path("diary/", views.diary, name="diary"),
    path("diary/sync/", views.sync, name="sync"),
    path("diary/worker.js", views.worker, name="worker"),
    path("messages/", views.messages, name="messages"),
    path("messages/files/<uuid:attachment_id>/", views.attachment, name="attachment"),
    path("documents/", views.documents, name="documents"),
    path("documents/visit/<uuid:session_id>/", views.after_visit, name="after-visit"),
    path("documents/consent/<uuid:consent_id>/", views.consent, name="consent"),
    path("consent/withdraw/", views.withdraw, name="withdraw"),
    path("medicine/", views.medicine, name="medicine"),
    path("data/", views.export, name="export"),
    path("data/record.pdf", views.export_pdf, name="export-pdf"),
    path("data/record.json", views.export_fhir, name="export-fhir"),
]

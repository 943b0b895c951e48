from django.urls import path

from reprieve.clinic.contact import views

app_name = "contact"
urlpatterns = [
    path("from-patients/", views.inbox, name="inbox"),
    path("from-patients/rules/", views.rules, name="rules"),
    path("from-patients/urgent/<uuid:page_id>/", views.open_urgent, name="urgent"),
    path("from-patients/files/<uuid:attachment_id>/", views.attachment, name="attachment"),
    path("from-patients/<uuid:message_id>/", views.message, name="message"),
    path("patients/<uuid:patient_id>/links/send/", views.send, name="send"),
    path("patients/<uuid:patient_id>/links/<uuid:link_id>/revoke/", views.revoke, name="revoke"),
]

from django.urls import path

from reprieve.clinic.assessment import views

app_name = "assessment"
urlpatterns = [
    path("", views.show, name="show"),
    path("answer/", views.answer, name="answer"),
    path("sign/", views.sign, name="sign"),
    path("<uuid:assessment_id>/", views.signed, name="signed"),
    path("<uuid:assessment_id>/summary.pdf", views.summary, name="summary"),
]

from django.urls import path

from reprieve.clinic.followup import views

app_name = "followup"
urlpatterns = [
    path("", views.show, name="show"),
    path("interval/", views.interval, name="interval"),
    path("record/", views.record, name="record"),
    path("decide/", views.decide_one, name="decide"),
    path("<uuid:decision_id>/summary.pdf", views.summary, name="summary"),
]

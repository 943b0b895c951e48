from django.urls import path

from reprieve.clinic.followup import pause_views, views

app_name = "followup"
urlpatterns = [
    path("", views.show, name="show"),
    path("interval/", views.interval, name="interval"),
    path("pause/", pause_views.pause, name="pause"),
    path("pause/draw/", pause_views.draw, name="draw"),
    path("record/", views.record, name="record"),
    path("decide/", views.decide_one, name="decide"),
    path("<uuid:decision_id>/summary.pdf", views.summary, name="summary"),
]

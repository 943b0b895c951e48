from django.urls import path

from reprieve.clinic.followup import pause_views, views, work_views

app_name = "followup"
urlpatterns = [
    path("", views.show, name="show"),
    path("interval/", views.interval, name="interval"),
    path("pause/", pause_views.pause, name="pause"),
    path("pause/draw/", pause_views.draw, name="draw"),
    path("exposure/", work_views.exposed, name="exposure"),
    path("exposure/check/", work_views.checked, name="check"),
    path("course.pdf", views.course_page, name="page"),
    path("letter.pdf", views.letter, name="letter"),
    path("record/", views.record, name="record"),
    path("decide/", views.decide_one, name="decide"),
    path("<uuid:decision_id>/summary.pdf", views.summary, name="summary"),
]

from django.urls import path

from reprieve.clinic.session import views

app_name = "session"
patient = "patients/<uuid:patient_id>/sessions/"
one = patient + "<uuid:session_id>/"
urlpatterns = [
    path("chairs/", views.board, name="board"),
    path("chairs/light/", views.light, name="light"),
    path(patient, views.show, name="show"),
    path(patient + "plan/", views.plan, name="plan"),
    path(one, views.run, name="run"),
    path(one + "live/", views.live_part, name="live"),
    path(one + "gate/", views.gate, name="gate"),
    path(one + "chart/<slug:what>/", views.chart_one, name="chart"),
    path(one + "acknowledge/", views.acknowledge, name="acknowledge"),
    path(one + "correct/<uuid:event_id>/", views.correct, name="correct"),
    path(one + "discharge/", views.leave, name="discharge"),
    path(one + "record.pdf", views.record, name="record"),
]

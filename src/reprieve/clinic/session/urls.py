from django.urls import path

from reprieve.clinic.session.views import (
    chart,
    clinic,
    desk,
    emergency,
    gate,
    leave,
    offline,
    paper,
    planning,
    run,
)

app_name = "session"
patient = "patients/<uuid:patient_id>/sessions/"
one = patient + "<uuid:session_id>/"
urlpatterns = [
    path("chairs/", desk.board, name="board"),
    path("chairs/watch/", desk.watch, name="watch"),
    path("chairs/rooms/", clinic.rooms, name="rooms"),
    path("chairs/rules/", clinic.policy, name="policy"),
    path("service-worker.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("authority.crt", offline.authority, name="authority"),
    path("chairs/tablet/", offline.tablet, name="tablet"),
    path("chairs/emergency/", emergency.cards, name="cards"),
    path("chairs/switch/<slug:what>/", run.switch, name="switch"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<uuid:event_id>/", desk.cosign, name="cosign"),
    path(patient, planning.show, name="show"),
    path(patient + "plan/", planning.plan, name="plan"),
    path(one, run.run, name="run"),
    path(one + "live/", run.live_part, name="live"),
    path(one + "gate/", gate.gate, name="gate"),
    path(one + "chart/<slug:what>/", chart.chart_one, name="chart"),
    path(one + "deliver/", offline.deliver, name="deliver"),
    path(one + "acknowledge/", chart.acknowledge, name="acknowledge"),
    path(one + "correct/<uuid:event_id>/", chart.correct, name="correct"),
    path(one + "take-over/", desk.accept, name="accept"),
    path(one + "emergency/", emergency.emergency, name="emergency"),
    path(one + "transfer.pdf", emergency.transfer, name="transfer"),
    path(one + "recovery/", leave.recovery, name="recovery"),
    path(one + "discharge/", leave.leave, name="discharge"),
    path(one + "call/", desk.call, name="call"),
    path(one + "record.pdf", paper.record, name="record"),
    path(one + "after-visit.pdf", paper.after_visit, name="after-visit"),
]

from django.urls import path

from reprieve.clinic.live import views

app_name = "live"
urlpatterns = [
    path("chairs/events/", views.board, name="board"),
    path(
        "patients/<uuid:patient_id>/sessions/<uuid:session_id>/events/",
        views.session,
        name="session",
    ),
]

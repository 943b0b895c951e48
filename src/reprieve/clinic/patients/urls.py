from django.urls import path

from reprieve.clinic.patients import views

app_name = "patients"
row = "<uuid:patient_id>/<slug:section>/"
urlpatterns = [
    path("", views.list_patients, name="list"),
    path("register/", views.register, name="register"),
    path("<uuid:patient_id>/", views.chart, name="chart"),
    path("<uuid:patient_id>/details/", views.edit, name="edit"),
    path("<uuid:patient_id>/complete/<slug:kind>/", views.confirm, name="confirm-list"),
    path("<uuid:patient_id>/measured/<uuid:row_id>/", views.measured, name="measured"),
    path(row + "add/", views.add, name="add"),
    path(row + "<uuid:row_id>/correct/", views.correct, name="correct"),
    path(row + "<uuid:row_id>/history/", views.row_history, name="history"),
]

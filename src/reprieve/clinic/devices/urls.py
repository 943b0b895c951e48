from django.urls import path

from reprieve.clinic.devices import views

app_name = "devices"
one = "patients/<uuid:patient_id>/sessions/<uuid:session_id>/monitor/"
urlpatterns = [
    path("devices/", views.devices, name="list"),
    path("devices/<uuid:device_id>/bind/", views.bind_device, name="bind"),
    path("devices/<uuid:device_id>/retire/", views.retire_device, name="retire"),
    path(one, views.strip, name="strip"),
    path(one + "accept/", views.accept, name="accept"),
    path(one + "file/", views.upload, name="upload"),
    path(one + "file/<uuid:file_id>/", views.file, name="file"),
]

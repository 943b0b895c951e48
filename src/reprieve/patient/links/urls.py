from django.urls import path, re_path

from reprieve.patient.links import views

app_name = "links"
urlpatterns = [
    path("diary/", views.diary, name="diary"),
    path("diary/sync/", views.sync, name="sync"),
    path("diary/worker.js", views.worker, name="worker"),
    path("visit/", views.confirm, name="confirm"),
    path("questions/", views.questions, name="questions"),
    re_path(r"^(?P<token>[\w-]{20,100})/$", views.open_one, name="open"),
]

from django.urls import path

from reprieve.clinic.library import views

app_name = "knowledge"
urlpatterns = [
    path("", views.home, name="home"),
    path("record/<slug:record_id>/", views.record, name="record"),
    path("<slug:subject>/", views.kind, name="kind"),
]

from django.urls import path

from reprieve.clinic.evidence import views

app_name = "evidence"
urlpatterns = [path("", views.browse, name="browse")]

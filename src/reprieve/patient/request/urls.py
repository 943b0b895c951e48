from django.urls import path

from reprieve.patient.request import views

app_name = "request"
urlpatterns = [path("", views.new, name="new")]

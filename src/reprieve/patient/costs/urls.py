from django.urls import path

from reprieve.patient.costs import views

app_name = "cost"
urlpatterns = [
    path("", views.show, name="show"),
    path("estimate.pdf", views.paper, name="paper"),
]

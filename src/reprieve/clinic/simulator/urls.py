from django.urls import path

from reprieve.clinic.simulator import views

app_name = "simulator"
urlpatterns = [
    path("", views.show, name="show"),
    path("effects/", views.teach, name="effects"),
    path("data.csv", views.data, name="data"),
]

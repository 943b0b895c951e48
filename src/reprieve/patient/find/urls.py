from django.urls import path

from reprieve.patient.find import views

app_name = "find"
urlpatterns = [
    path("", views.search, name="search"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("<uuid:listing_id>/", views.show, name="show"),
    path("<uuid:listing_id>/claim/", views.claim, name="claim"),
    path("<uuid:listing_id>/problem/", views.problem, name="problem"),
]

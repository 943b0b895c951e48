from django.urls import path

from reprieve.clinic.outcomes import views

app_name = "outcomes"
urlpatterns = [
    path("", views.home, name="home"),
    path("published-trial/", views.trial, name="trial"),
    path("count/", views.count, name="count"),
    path("courses.csv", views.export, {"kind": "csv"}, name="export"),
    path("courses.parquet", views.export, {"kind": "parquet"}, name="export-parquet"),
]

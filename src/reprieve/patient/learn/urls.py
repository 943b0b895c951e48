from django.urls import path

from reprieve.patient.learn import views

app_name = "learn"
urlpatterns = [
    path("", views.home, name="home"),
    path("words/", views.words, name="words"),
    path("facts/<slug:fact_id>/", views.fact, name="fact"),
    path("<slug:slug>/", views.page, name="page"),
]

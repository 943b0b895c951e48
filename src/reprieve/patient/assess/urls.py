from django.urls import path

from reprieve.patient.assess import views

app_name = "assess"
urlpatterns = [
    path("", views.start, name="start"),
    path("forget/", views.forget, name="forget"),
    path("result/", views.result, name="result"),
    path("result.pdf", views.result_pdf, name="pdf"),
    path("mail/", views.mail, name="mail"),
    path("<slug:slug>/help/", views.help_now, name="help"),
    path("<slug:slug>/", views.question, name="question"),
]

from django.urls import path

from reprieve.clinic.plan import views

app_name = "plan"
urlpatterns = [
    path("", views.show, name="show"),
    path("sign/", views.sign, name="sign"),
    path("orders/<uuid:order_id>/", views.order, name="order"),
    path("orders/<uuid:order_id>/summary.pdf", views.summary, name="summary"),
]

"""Routes of patients and visitors. Who may open each stands in clinic/config/permissions.py."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("l/", include("reprieve.patient.links.urls")),
    path("my/", include("reprieve.patient.portal.urls")),
]

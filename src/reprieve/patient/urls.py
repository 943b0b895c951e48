"""Routes of patients and visitors. Who may open each stands in clinic/config/permissions.py."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("learn/", include("reprieve.patient.learn.urls")),
    path("assess/", include("reprieve.patient.assess.urls")),
    path("request/", include("reprieve.patient.request.urls")),
    path("cost/", include("reprieve.patient.costs.urls")),
    path("find/", include("reprieve.patient.find.urls")),
    path("l/", include("reprieve.patient.links.urls")),
    path("my/", include("reprieve.patient.portal.urls")),
]

"""Routes of patients and visitors. Who may open each stands in clinic/config/permissions.py."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

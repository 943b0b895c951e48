from django.urls import path

from reprieve.clinic.directory import import_views, views

app_name = "directory"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("claims/<uuid:claim_id>/", views.claim, name="claim"),
    path("problems/<uuid:report_id>/", views.problem, name="problem"),
    path("new/", views.add, name="add"),
    path("import/", import_views.upload, name="import"),
    path("import/<uuid:pending_id>/", import_views.preview, name="preview"),
    path("<uuid:listing_id>/", views.listing, name="listing"),
    path("<uuid:listing_id>/items/", views.item, name="item"),
]

from datetime import date

from django.urls import path, re_path, register_converter

from reprieve.clinic.scheduling.views import calendar, feeds, requests, visits


class DayConverter:
    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")
app_name = "scheduling"
urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("rules/", calendar.rules, name="rules"),
    path("days/<day:on>/", calendar.duty, name="duty"),
    path("days/<day:on>/grid.css", calendar.day_css, name="day-css"),
    path("waiting/", calendar.waiting, name="waiting"),
    path("waiting/<uuid:entry_id>/done/", calendar.no_longer_waits, name="no-longer-waits"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:request_id>/", requests.show, name="request"),
    path("requests/<uuid:request_id>/see/", requests.see, name="request-see"),
    path("requests/<uuid:request_id>/close/", requests.close, name="request-close"),
    path("requests/<uuid:request_id>/accept/", requests.accept, name="accept"),
    path("feed/", feeds.make_own, name="make-feed"),
    path("feed/for/<uuid:patient_id>/", feeds.make_for_patient, name="make-patient-feed"),
    re_path(r"^feed/(?P<secret>[\w-]{40,60})\.ics$", feeds.feed, name="feed"),
    path("book/", visits.find, name="find"),
    path("book/<uuid:patient_id>/", visits.book_visit, name="book"),
    path("wait/<uuid:patient_id>/", visits.wait_for, name="wait"),
    path("<uuid:appointment_id>/", visits.show, name="visit"),
    path("<uuid:appointment_id>/move/", visits.move_visit, name="move"),
    path("<uuid:appointment_id>/cancel/", visits.cancel_visit, name="cancel"),
    path("<uuid:appointment_id>/late/", visits.delay_visit, name="late"),
    path("<uuid:appointment_id>/visit.ics", visits.file, name="file"),
]

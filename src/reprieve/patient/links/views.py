"""Opening a link by a button, and the pages behind it."""

import uuid

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.links import (
    FOLLOW_UP,
    Purpose,
    find_link,
    finish_link,
    open_link,
    questionnaires_for,
    refusal_of,
    title_of,
)
from reprieve.clinic.contact.messages import write_message
from reprieve.clinic.contact.models import SentLink
from reprieve.clinic.contact.selectors import account_of
from reprieve.clinic.contact.urgent import page_responder, reasons_of
from reprieve.clinic.diary.forms import EFFECTS
from reprieve.clinic.followup.services import record_follow_up
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.intake.questionnaires import instrument, questionnaire_form
from reprieve.clinic.intake.services import record_answers
from reprieve.clinic.patients.models import Source
from reprieve.core.problems import UnusableInput
from reprieve.patient.diary import pages
from reprieve.patient.links.access import (
    actor_by_link,
    count_refusal,
    end_access,
    give_access,
    link_of,
    linked,
    refuse,
    speak,
    too_many,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BEHIND = {
    Purpose.DIARY: "links:diary",
    Purpose.QUESTIONNAIRE: "links:questions",
    Purpose.CONFIRMATION: "links:confirm",
}
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def open_one(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, so that a mail scanner may; the button opens it."""
    if too_many(request):
        return render(request, "links/too_many.html", status=429)
    link = find_link(token)
    if link and _opened_here(request, link):
        return redirect(BEHIND[Purpose(link.purpose)])
    refusal = refusal_of(link)
    if refusal is None and link and request.method == "POST":
        refusal = open_link(link, by=actor_by_link(request, link))
        if refusal is None:
            return _enter(request, link)
    if refusal or link is None:
        assert refusal is not None
        count_refusal(request)
        return _without_address(refuse(request, refusal, link))
    speak(request, link.patient)
    initials = f"{link.patient.given_names[:1]}. {link.patient.family_name[:1]}."
    context = {"link": link, "initials": initials.upper(), "clinic": link.clinic}
    return _without_address(render(request, "links/open.html", context))


@form_page
@linked(Purpose.DIARY)
def diary(request: HttpRequest) -> HttpResponse:
    """The diary, by a link."""
    return pages.diary(request, request.link.patient, by=_by(request), home=pages.BY_LINK)


@form_page
@linked(Purpose.DIARY)
def sync(request: HttpRequest) -> HttpResponse:
    """Entries that waited on the telephone."""
    return pages.sync(request, request.link.patient, by=_by(request))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the diary by link: its scope is its folder."""
    return pages.worker(request)


@form_page
@linked(Purpose.QUESTIONNAIRE)
def questions(request: HttpRequest) -> HttpResponse:
    """One questionnaire a page; an answer that cannot wait shows whom to call on the next."""
    link: SentLink = request.link
    left = _left(link)
    if not left:
        return _done(request, link)
    if request.method == "POST" and request.POST.get("questionnaire") != left[0]:
        return redirect("links:questions")  # sent again by the back button: it stands already
    if left[0] == FOLLOW_UP:
        return _side_effects(request, link, left)
    form = questionnaire_form(
        instrument(left[0]), request.POST if request.method == "POST" else None
    )
    problems = ()
    if request.method == "POST":
        try:
            record_answers(
                patient=link.patient,
                form=form,
                by=_by(request),
                source=Source.PATIENT,
                row_id=_row_id(link, left[0]),
            )
        except UnusableInput as unusable:
            problems = unusable.problems
        if form.urgent:  # said or half said: the contacts come first
            reasons = reasons_of(form.urgent)
            page_id = uuid.uuid5(link.pk, f"page {left[0]}")
            page_responder(patient=link.patient, reasons=reasons, by=_by(request), page_id=page_id)
            if not problems:
                answer = pages.urgent(request, reasons, on=_next(link))
                return answer if _left(link) else _end(request, link, answer)
        if not problems:
            return _on(request, link)
    audit("questionnaire", action=Action.READ, by=_by(request), patient_id=link.patient_id)
    context = _asking(link, left) | {"form": form, "problems": problems}
    if problems and form.urgent:
        context["reasons"] = reasons_of(form.urgent)
    return render(request, "links/questions.html", context, status=422 if problems else 200)


@form_page
@linked(Purpose.CONFIRMATION)
def confirm(request: HttpRequest) -> HttpResponse:
    """The next visit: coming, or not; the clinic reads it among its messages."""
    link: SentLink = request.link
    visit = link.about
    assert visit is not None
    said = {"yes": _("I will come on {when}."), "no": _("I cannot come on {when}.")}
    if text := said.get(request.POST.get("coming", "")):
        when = date_format(timezone.localtime(visit.planned_at), "DATETIME_FORMAT")
        write_message(
            patient=link.patient,
            text=text.format(when=when),
            message_id=uuid.uuid5(link.pk, "confirmation"),
            by=_by(request),
        )
        return _done(request, link)
    audit("visit", action=Action.READ, by=_by(request), patient_id=link.patient_id)
    context = {"visit": visit, "phone": pages.phone_of(link.patient), "clinic": link.clinic}
    return render(request, "links/confirm.html", context)


def _side_effects(request: HttpRequest, link: SentLink, left: list[str]) -> HttpResponse:
    """Our own few questions: what was felt, medicines that changed."""
    if request.method == "POST":
        codes = [code for code, _words in EFFECTS if code in request.POST.getlist("effects")]
        said = {
            "side_effects": codes,
            "side_effects_text": request.POST.get("text", "").strip()[:300] or None,
            "new_analgesic": {"yes": True, "no": False}.get(request.POST.get("new_analgesic", "")),
        }
        record_follow_up(
            patient=link.patient,
            form_id=link.pk,
            answers={FOLLOW_UP: {key: value for key, value in said.items() if value is not None}},
            answered_at=pages.now(),
            by=_by(request),
            source=Source.PATIENT,
        )
        return _on(request, link)
    audit("questionnaire", action=Action.READ, by=_by(request), patient_id=link.patient_id)
    context = _asking(link, left) | {"effects": EFFECTS}
    return render(request, "links/side_effects.html", context)


def _asking(link: SentLink, left: list[str]) -> dict[str, object]:
    of = len(link.questionnaires)
    return {
        "asked": left[0],
        "title": title_of(left[0]),
        "number": of - len(left) + 1,
        "of": of,
    }


def _left(link: SentLink) -> list[str]:
    """Not answered yet. What needs a responder is not asked where nobody is named any more."""
    rows = QuestionnaireResponse.objects.for_clinic(link.clinic)
    ids = {_row_id(link, name): name for name in link.questionnaires}
    done = {ids[key] for key in rows.filter(pk__in=ids).values_list("pk", flat=True)}
    asked = questionnaires_for(link.patient)
    return [name for name in link.questionnaires if name not in done and name in asked]


def _row_id(link: SentLink, questionnaire: str) -> uuid.UUID:
    """The same answer sent twice is one row."""
    return uuid.uuid5(link.pk, questionnaire)


def _next(link: SentLink) -> str:
    return "links:questions" if _left(link) else ""


def _on(request: HttpRequest, link: SentLink) -> HttpResponse:
    return redirect("links:questions") if _left(link) else _done(request, link)


def _done(request: HttpRequest, link: SentLink) -> HttpResponse:
    return _end(request, link, render(request, "links/done.html", {"clinic": link.clinic}))


def _end(request: HttpRequest, link: SentLink, answer: HttpResponse) -> HttpResponse:
    """Everything was answered: the link opens no more, here or elsewhere."""
    finish_link(link, by=_by(request))
    return end_access(answer)


def _enter(request: HttpRequest, link: SentLink) -> HttpResponse:
    """On to what the link is for; the secret stays behind."""
    if link.purpose == Purpose.SIGN_IN:
        account = account_of(link.patient)
        if account is None or not account.user.is_active:
            return refuse(request, refusal_of(None), link)
        finish_link(link, by=actor_by_link(request, link))
        login(request, account.user, backend=BACKEND)
        return redirect("my:home")
    return give_access(request, redirect(BEHIND[Purpose(link.purpose)]), link)


def _opened_here(request: HttpRequest, link: SentLink) -> bool:
    """The same browser tapping its link again goes on where it was."""
    opened = link_of(request)
    return bool(opened and opened.pk == link.pk)


def _by(request: HttpRequest) -> Actor:
    return actor_by_link(request, request.link)


def _without_address(response: HttpResponse) -> HttpResponse:
    """The secret stands in this page's address: it goes into no Referer, and no search engine."""
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

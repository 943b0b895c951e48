"""One question a page. Answers stay in the visitor's own browser; see answers.py."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve import knowledge
from reprieve.clinic.ui.pdf import pdf_response
from reprieve.knowledge.check_plain import facts_of
from reprieve.knowledge.plain import AssessmentQuestion
from reprieve.patient.assess import answers as kept
from reprieve.patient.assess import letters, mailing
from reprieve.patient.assess.result import result_of
from reprieve.patient.public import from_this_site, same_for_all


@require_safe
@same_for_all
def start(request: HttpRequest) -> HttpResponse:
    """What this is, what it is not, and that nothing is stored."""
    questions = knowledge.self_assessment()
    return render(request, "assess/start.html", {"first": questions[0], "of": len(questions)})


@csrf_exempt  # from_this_site instead: see public.py
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask one thing; a POST keeps the answer in the browser and goes on, to help at once if it is urgent."""
    answers = kept.read(request)
    asked = _question(slug)
    if request.method != "POST":
        return _show(request, asked, answers)
    if not from_this_site(request):
        return render(request, "400.html", status=400)
    chosen = () if "skip" in request.POST else _chosen(request, asked)
    if problem := "" if "skip" in request.POST else _problem(asked, chosen):
        return _show(request, asked, {**answers, asked.id: chosen}, problem)
    answers[asked.id] = chosen
    urgent = any(o.urgent for o in kept.chosen_in(asked, answers))
    response = redirect("assess:help", asked.slug) if urgent else _onward(asked, answers)
    kept.keep(request, response, answers)
    return response


@require_safe
def help_now(request: HttpRequest, slug: str) -> HttpResponse:
    """Who to call, on the very next screen after an urgent answer."""
    asked, answers = _question(slug), kept.read(request)
    kinds = tuple(dict.fromkeys(o.urgent for o in kept.chosen_in(asked, answers) if o.urgent))
    if not kinds:
        return redirect("assess:question", asked.slug)
    onward = _onward(asked, answers).headers["Location"]
    return render(request, "assess/help.html", {"kinds": kinds, "asked": asked, "onward": onward})


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What to talk about, and why."""
    return _result(request, mailing.MailForm())


@require_safe
def result_pdf(request: HttpRequest) -> HttpResponse:
    answers = kept.read(request)
    if not answers:
        return redirect("assess:start")
    found = result_of(answers, timezone.localdate())
    return pdf_response(letters.as_pdf(found), "what-to-talk-about")


@csrf_exempt
@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """Send the result to the address given, once; the address is not kept."""
    form = mailing.MailForm(request.POST)
    if not (mailing.possible() and from_this_site(request)):
        raise Http404
    if not form.is_valid():
        return _result(request, form, status=422)
    if not mailing.may_send(request):
        form.add_error(None, _("Enough was sent from here this hour. Print it, or keep the PDF."))
        return _result(request, form, status=429)
    found = result_of(kept.read(request), timezone.localdate())
    try:
        mailing.send(
            form.cleaned_data["email"],
            _("What to talk about with a doctor"),
            letters.as_text(found),
        )
    except OSError:
        form.add_error(None, _("The message could not be sent. Print it, or keep the PDF."))
        return _result(request, form, status=503)
    return _result(request, mailing.MailForm(), sent=True)


@csrf_exempt
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take the answers out of the browser."""
    response = redirect("assess:start")
    response.delete_cookie(kept.COOKIE, path=kept.PATH)
    return response


def _question(slug: str) -> AssessmentQuestion:
    for asked in knowledge.self_assessment():
        if asked.slug == slug:
            return asked
    raise Http404


def _chosen(request: HttpRequest, asked: AssessmentQuestion) -> tuple[str, ...]:
    sent = request.POST.getlist("choice")
    return tuple(o.id for o in asked.options if o.id in sent)


def _problem(asked: AssessmentQuestion, chosen: tuple[str, ...]) -> str:
    if not chosen:
        return _("Choose an answer, or skip this question.")
    none = {o.id for o in asked.options if o.none}
    if none.intersection(chosen) and len(chosen) > 1:
        return _("You ticked “None of these” and something else. Which is right?")
    if not asked.many and len(chosen) > 1:
        return _("Choose one answer.")
    return ""


def _show(
    request: HttpRequest, asked: AssessmentQuestion, answers: kept.Answers, problem: str = ""
) -> HttpResponse:
    path = kept.way(answers)
    at = next((i for i, q in enumerate(path) if q.id == asked.id), 0)
    context = {
        "asked": asked,
        "chosen": answers.get(asked.id, ()),
        "problem": problem,
        "number": at + 1,
        "of": len(path),
        "before": path[at - 1] if at else None,
        "facts": list(dict.fromkeys(i for o in asked.options for i in facts_of(o.text.en))),
    }
    return render(request, "assess/question.html", context, status=422 if problem else 200)


def _onward(asked: AssessmentQuestion, answers: kept.Answers) -> HttpResponse:
    later = [q for q in kept.way(answers) if q.order > asked.order]
    return redirect("assess:question", later[0].slug) if later else redirect("assess:result")


def _result(
    request: HttpRequest, form: mailing.MailForm, *, sent: bool = False, status: int = 200
) -> HttpResponse:
    answers = kept.read(request)
    if not answers:
        return redirect("assess:start")
    found = result_of(answers, timezone.localdate())
    context = {
        "result": found,
        "groups": letters.groups(found),
        "lead": letters.lead(),
        "form": form,
        "sent": sent,
        "stamp": mailing.stamp(),
        "can_mail": mailing.possible(),
        "sealed": kept.sealed(answers),
        "last": kept.way(answers)[-1],
    }
    return render(request, "assess/result.html", context, status=status)

"""What somebody has answered: kept by their own browser, in one signed cookie, for an hour.

Nothing reaches the server's disks. docs/adr/0070 says why a cookie and not a field of the form.
"""

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse

from reprieve import knowledge
from reprieve.knowledge.plain import AssessmentQuestion, Choice

COOKIE, PATH, KEPT_S = "answers", "/assess/", 3600
_SALT = "self-assessment"

Answers = Mapping[str, tuple[str, ...]]  # question id: the options chosen; () when it was skipped


def read(request: HttpRequest) -> dict[str, tuple[str, ...]]:
    """The answers so far; none when there is no cookie, or it is old or not ours."""
    return opened(request.COOKIES.get(COOKIE, ""))


def opened(sealed: str) -> dict[str, tuple[str, ...]]:
    """Answers from what `sealed` made of them. Questions and options that no longer exist are left out."""
    try:
        stored: Any = signing.loads(sealed, salt=_SALT, max_age=KEPT_S)
    except signing.BadSignature:
        return {}
    known = {q.id: {o.id for o in q.options} for q in knowledge.self_assessment()}
    return {
        q: tuple(o for o in chosen if o in known[q]) for q, chosen in stored.items() if q in known
    }


def sealed(answers: Answers) -> str:
    """Answers as a signed text, for the cookie or for a field that takes them to a request."""
    return signing.dumps({q: list(chosen) for q, chosen in answers.items()}, salt=_SALT)


def keep(request: HttpRequest, response: HttpResponse, answers: Answers) -> None:
    response.set_cookie(
        COOKIE,
        sealed(answers),
        max_age=KEPT_S,
        path=PATH,
        httponly=True,
        secure=request.is_secure(),
        samesite="Strict",
    )


def way(answers: Answers) -> list[AssessmentQuestion]:
    """The questions this person is asked, in order: some answers make others needless, or end it."""
    chosen = {o for options in answers.values() for o in options}
    asked = []
    for question in knowledge.self_assessment():
        if chosen.intersection(question.skip_when):
            continue
        asked.append(question)
        if any(o.ends and o.id in chosen for o in question.options):
            break
    return asked


def chosen_in(question: AssessmentQuestion, answers: Answers) -> tuple[Choice, ...]:
    wanted = answers.get(question.id, ())
    return tuple(o for o in question.options if o.id in wanted)

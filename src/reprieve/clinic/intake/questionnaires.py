"""Questionnaires as forms, for any stage: one card an item, nothing chosen beforehand.

form = questionnaire_form(instrument("PHQ-9"), request.POST)      # or without: an empty one
{% include "intake/_questionnaire.html" with form=form %}          # inside the page's own <form>
if form.is_complete: record_answers(patient=…, form=form, …)       # intake.services
{% include "intake/_urgent.html" with form=form people=… %}        # says nothing unless form.urgent; show it in any state

Field names are the items' linkIds, which no two instruments share: several fit in one <form>.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reprieve import knowledge
from reprieve.core.instruments.questionnaire import Item, Questionnaire, ScoringMethod
from reprieve.core.instruments.scoring import Score, score_questionnaire
from reprieve.core.problems import Problem, UnusableInput

DECLINED = "declined"  # the value a field holds, and the key in stored answers
TOTAL = "total"  # the one answer of an instrument whose text is not shipped
CRISIS = frozenset(
    {"phq9-9"}
)  # urgent items that speak of suicide; others ask for a clinician today


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One answer that can be chosen."""

    value: str
    label: str
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One item as shown. lang: "en" where no Spanish may be shipped. typed: what was chosen so far."""

    name: str
    number: int
    text: str
    lang: str
    marks: tuple[Mark, ...]
    worded: bool  # each answer has its words; else numbers between two words
    low: str
    high: str
    typed: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireForm:
    """One instrument as a form: its cards, what was typed, and what can be made of it.

    answers: {linkId: points}, declined ones as {"declined": true}: as they are stored.
    score: None while something cannot be used. problems: path is the id of the field.
    urgent: linkIds answered so that somebody must act at once, complete or not.
    """

    instrument: Questionnaire
    intro: str
    lang: str
    cards: tuple[Card, ...]
    answers: dict[str, Any]
    score: Score | None
    problems: tuple[Problem, ...]
    urgent: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Each item was answered or declined, and each answer can be used."""
        return not self.problems

    @property
    def is_crisis(self) -> bool:
        """Thoughts of suicide or self-harm were reported."""
        return bool(CRISIS & set(self.urgent))

    @property
    def urgent_cards(self) -> list[tuple[Card, str]]:
        """Each urgent item with the words of its answer."""
        return [
            (card, next((m.label for m in card.marks if m.value == card.typed), card.typed))
            for card in self.cards
            if card.name in self.urgent
        ]

    @property
    def is_untranslated(self) -> bool:
        """The page is in Spanish and the items are not."""
        page = (get_language() or "en")[:2]
        return any(card.marks and card.lang != page for card in self.cards)

    @property
    def declined(self) -> tuple[str, ...]:
        return tuple(link for link, said in self.answers.items() if isinstance(said, dict))

    @property
    def total_name(self) -> str:
        """The field of an instrument whose text is not shipped."""
        return total_name(self.instrument)


def instrument(questionnaire_id: str) -> Questionnaire:
    """By its id in knowledge, any case. 404 for one that does not exist."""
    wanted = questionnaire_id.casefold()
    found = next((q for q in knowledge.instruments() if q.id.casefold() == wanted), None)
    if found is None:
        raise Http404
    return found


def questionnaire_form(
    questionnaire: Questionnaire, typed: Mapping[str, str] | None = None
) -> QuestionnaireForm:
    """The form, empty, or with what was typed judged: an item neither answered nor declined is a problem."""
    if questionnaire.method is ScoringMethod.SCORE_ONLY:
        return _total_form(questionnaire, typed)
    said = {i.link_id: (typed or {}).get(i.link_id, "").strip() for i in questionnaire.items}
    problems = _problems(questionnaire, said) if typed is not None else []
    wrong = {p.path: p.message for p in problems}
    usable = {link: float(v) for link, v in said.items() if _is_points(v) and link not in wrong}
    score = score_questionnaire(questionnaire, usable)
    answers: dict[str, Any] = {link: _plain(points) for link, points in usable.items()}
    answers |= {link: {DECLINED: True} for link, value in said.items() if value == DECLINED}
    intro, lang = words(questionnaire.intro_en or "", questionnaire.intro_es)
    return QuestionnaireForm(
        instrument=questionnaire,
        intro=intro,
        lang=lang,
        cards=tuple(
            _card(item, number, said[item.link_id], wrong.get(item.link_id, ""))
            for number, item in enumerate(questionnaire.items, 1)
        ),
        answers=answers,
        score=None if problems else score,
        problems=tuple(problems),
        urgent=score.urgent,
    )


def typed_from(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, str]:
    """Stored answers as they were typed, to fill the form of a correction."""
    names = {TOTAL: total_name(questionnaire)}
    return {
        names.get(link, link): DECLINED if isinstance(said, dict) else f"{said:g}"
        for link, said in answers.items()
    }


def total_name(questionnaire: Questionnaire) -> str:
    return f"{questionnaire.id.lower()}-total"


def words(english: str, spanish: str | None) -> tuple[str, str]:
    """The text in the language of the page where there is one, and the language it is in."""
    if spanish and (get_language() or "en").startswith("es"):
        return spanish, "es"
    return english, "en"


def _problems(questionnaire: Questionnaire, said: Mapping[str, str]) -> list[Problem]:
    found = [
        Problem(link, _("Choose an answer, or “No answer”."))
        for link, value in said.items()
        if value != DECLINED and not _is_points(value)
    ]
    points = {link: float(value) for link, value in said.items() if _is_points(value)}
    try:
        score_questionnaire(questionnaire, points)
    except UnusableInput as unusable:
        found += [Problem(p.path, _("This is not one of the answers.")) for p in unusable.problems]
    return found


def _total_form(questionnaire: Questionnaire, typed: Mapping[str, str] | None) -> QuestionnaireForm:
    name = total_name(questionnaire)
    value = (typed or {}).get(name, "").strip().replace(",", ".")
    error = _total_error(questionnaire, value) if typed is not None else ""
    total = float(value) if _is_points(value) and not error else None
    return QuestionnaireForm(
        instrument=questionnaire,
        intro="",
        lang="en",
        cards=(_card(None, 1, value, error, name=name),),
        answers={} if total is None else {TOTAL: _plain(total)},
        score=None
        if total is None
        else Score(value=total, band=None, met=None, missing=(), urgent=()),
        problems=(Problem(name, error),) if error else (),
        urgent=(),
    )


def _total_error(questionnaire: Questionnaire, value: str) -> str:
    if not _is_points(value):
        return _("Type the total as a number.")
    low, high = questionnaire.minimum_points, questionnaire.maximum_points
    if low is not None and high is not None and not low <= float(value) <= high:
        return _("The total lies between %(low)g and %(high)g.") % {"low": low, "high": high}
    return ""


def _card(item: Item | None, number: int, typed: str, error: str, *, name: str = "") -> Card:
    if item is None:
        text, lang = _("Total score"), get_language() or "en"
        marks: tuple[Mark, ...] = ()
        low = high = ""
    else:
        text, lang = words(item.text_en, item.text_es)
        marks = _marks(item)
        low = words(item.low_label_en or "", item.low_label_es)[0]
        high = words(item.high_label_en or "", item.high_label_es)[0]
    return Card(
        name=item.link_id if item else name,
        number=number,
        text=text,
        lang=lang,
        marks=marks,
        worded=bool(item and (item.choices or _is_yes_or_no(item))),
        low=low,
        high=high,
        typed=typed,
        error=error,
    )


def _marks(item: Item) -> tuple[Mark, ...]:
    page = get_language() or "en"
    if item.choices:
        labels = [(c.points, *words(c.text_en, c.text_es)) for c in item.choices]
        return tuple(Mark(value=f"{p:g}", label=text, lang=lang) for p, text, lang in labels)
    if _is_yes_or_no(item):
        return (
            Mark(value="1", label=_("Yes"), lang=page),
            Mark(value="0", label=_("No"), lang=page),
        )
    points = range(int(item.minimum_points), int(item.maximum_points) + 1)
    return tuple(Mark(value=str(p), label=str(p), lang=page) for p in points)


def _is_yes_or_no(item: Item) -> bool:
    return (item.minimum_points, item.maximum_points) == (0.0, 1.0)


def _is_points(value: str) -> bool:
    """A plain number: "7", "3.5"; not "nan", "1e3" or " "."""
    whole, _dot, part = value.partition(".")
    return value.isascii() and whole.isdigit() and (not part or part.isdigit()) and len(value) < 9


def _plain(points: float) -> float | int:
    return int(points) if points == int(points) else points

"""Plain answers, the clinic's own engine, and nothing kept."""

import time
from datetime import date
from pathlib import Path

import pytest
from django.core import mail, signing
from django.test import Client

from reprieve import knowledge
from reprieve.core.findings import Action
from reprieve.core.patient import Presence
from reprieve.knowledge.check_plain import facts_of
from reprieve.patient.assess import answers as kept
from reprieve.patient.assess import letters, mailing
from reprieve.patient.assess.result import assessment_payload, result_of
from reprieve.patient.assess.snapshot import rules_of, snapshot_of

TODAY = date(2026, 11, 21)
QUESTIONS = {q.id: q for q in knowledge.self_assessment()}
pytestmark = pytest.mark.django_db


def presence(rule: str, **answers: tuple[str, ...]) -> Presence:
    """unknown: nobody said."""
    found = snapshot_of({f"q_{k}": v for k, v in answers.items()}, TODAY).answers.get(rule)
    return found.presence if found else Presence.UNKNOWN


def test_there_are_twelve_questions_at_most() -> None:
    assert len(QUESTIONS) <= 12


def test_every_rule_of_the_clinic_is_asked_or_said_not_to_be() -> None:
    asked = {rule for q in QUESTIONS.values() for rule in rules_of(q)}
    by_age = {"ci_age_u18", "ci_age_65"}
    said = {rule for item in knowledge.not_asked() for rule in item.rules}
    assert {r.id for r in knowledge.contraindications()} == asked | by_age | said
    work_up = {w for item in knowledge.not_asked() for w in item.work_up}
    assert {w.id for w in knowledge.workup()} == work_up


def test_what_is_ticked_is_present_and_the_rest_of_its_list_absent() -> None:
    assert presence("ci_hf", heart=("heart_failure",)) is Presence.PRESENT
    assert presence("ci_arrhythmia", heart=("heart_failure",)) is Presence.ABSENT


def test_none_of_these_rules_the_whole_list_out() -> None:
    assert presence("ci_aneurysm", heart=("heart_none",)) is Presence.ABSENT


@pytest.mark.parametrize("said", [(), ("heart_unsure",)])
def test_skipped_and_not_sure_stay_unknown(said: tuple[str, ...]) -> None:
    assert presence("ci_hf", heart=said) is Presence.UNKNOWN


def test_not_sure_beside_a_tick_keeps_the_tick_and_leaves_the_rest_open() -> None:
    said = ("heart_failure", "heart_unsure")
    assert presence("ci_hf", heart=said) is Presence.PRESENT
    assert presence("ci_arrhythmia", heart=said) is Presence.UNKNOWN


def test_aneurysm_or_avm_settles_neither() -> None:
    for rule in ("ci_aneurysm", "ci_avm"):
        assert presence(rule, heart=("heart_vessel",)) is Presence.UNKNOWN


def test_chest_pain_now_keeps_the_heart_open_even_when_the_list_is_denied() -> None:
    said = {"now": ("now_chest",), "heart": ("heart_none",)}
    assert presence("ci_ihd", **said) is Presence.UNKNOWN
    assert presence("ci_arrhythmia", **said) is Presence.ABSENT


def test_no_chest_pain_now_does_not_rule_heart_disease_out() -> None:
    assert presence("ci_ihd", now=("now_none",)) is Presence.UNKNOWN


@pytest.mark.parametrize(
    ("age", "youngest", "oldest"),
    [("age_child", 0, 17), ("age_adult", 18, 64), ("age_older", 65, 110)],
)
def test_an_age_group_is_a_span_of_birth_dates(age: str, youngest: int, oldest: int) -> None:
    born = snapshot_of({"q_age": (age,)}, TODAY).born
    assert born is not None
    assert born.ages_on(TODAY) == (youngest, oldest)


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2026, 3, 1), date(2026, 12, 31)])
def test_an_age_group_holds_on_every_day_of_the_year(day: date) -> None:
    born = snapshot_of({"q_age": ("age_adult",)}, day).born
    assert born is not None
    assert born.ages_on(day) == (18, 64)


def test_under_eighteen_ends_the_questions() -> None:
    asked = [q.id for q in kept.way({"q_age": ("age_child",)})]
    assert asked == ["q_now", "q_age"]
    assert result_of({"q_age": ("age_child",)}, TODAY).too_young


def test_some_answers_make_others_needless() -> None:
    assert "q_pregnant" not in {q.id for q in kept.way({"q_age": ("age_older",)})}
    assert "q_tried" not in {q.id for q in kept.way({"q_long": ("long_short",)})}


def test_an_answer_to_a_question_no_longer_asked_does_not_count() -> None:
    """Ticked pregnant, went back, said 65 or older."""
    said = {"q_age": ("age_older",), "q_pregnant": ("preg_yes",)}
    assert result_of(said, TODAY).urgent == ()


def test_points_come_worst_first_with_the_rules_behind_them() -> None:
    said = {
        "q_heart": ("heart_bp",),
        "q_body": ("body_sleep", "body_bladder"),
        "q_drugs": ("drug_opioid",),
    }
    points = result_of(said, TODAY).points
    assert [(p.action, p.rules) for p in points] == [
        (Action.BLOCK, ("ci_bp_rest",)),
        (Action.HOLD, ("ci_bladder",)),
        (Action.WARN, ("ci_osa_resp",)),
        (Action.WARN, ("ix_opioid",)),
    ]


@pytest.mark.parametrize(
    ("answer", "action"),
    [
        (("q_heart", "heart_vessel"), Action.BLOCK),  # either of two, and both block
        (("q_heart", "heart_attack"), Action.HOLD),  # severe or stable: a doctor looks first
        (("q_body", "body_eye"), Action.HOLD),
        (("q_tried", "tried_none"), Action.ASK),
        (("q_age", "age_older"), Action.WARN),
    ],
)
def test_an_answer_that_leaves_its_rule_open_is_looked_at_first(
    answer: tuple[str, str], action: Action
) -> None:
    question, option = answer
    [point] = result_of({question: (option,)}, TODAY).points
    assert point.action is action


def test_what_is_urgent_stands_first() -> None:
    said = {"q_now": ("now_suicide",), "q_heart": ("heart_bp",)}
    result = result_of(said, TODAY)
    assert result.urgent == ("crisis",)
    assert result.points[0].rules == ("ci_suicidal",)
    assert letters.sections(result)[0]["items"][0].endswith("988 (the US and Canada)")


def test_theophylline_is_the_one_drug_that_is_not_combined() -> None:
    [point] = result_of({"q_drugs": ("drug_theophylline",)}, TODAY).points
    assert (point.action, point.rules) == (Action.BLOCK, ("ix_theophylline",))


@pytest.mark.parametrize(
    ("option", "rule"),
    [
        ("drug_opioid", "ix_opioid"),
        ("drug_calming", "ix_bzd"),
        ("drug_nerve", "ix_cns"),
        ("drug_stimulant", "ix_sympathomimetic"),
        ("drug_maoi", "ix_maoi"),
    ],
)
def test_a_class_of_drugs_reaches_its_interaction(option: str, rule: str) -> None:
    [point] = result_of({"q_drugs": (option,)}, TODAY).points
    own = {i.id: i.action for i in knowledge.interactions()}
    assert (point.rules, point.action) == ((rule,), own[rule])


@pytest.mark.parametrize("option", [o for o in QUESTIONS["q_pain"].options if o.condition])
def test_each_kind_of_pain_reaches_what_is_known_about_it(option: object) -> None:
    findings = result_of({"q_pain": (option.id,)}, TODAY).screening.findings  # type: ignore[attr-defined]
    indications = {f.code for f in findings if f.code.startswith("ind_")}
    # pain after shingles is nerve pain as well
    assert indications >= {i for i in facts_of(option.why.en) if i.startswith("ind_")} > set()  # type: ignore[attr-defined]


def test_the_result_never_says_that_anybody_qualifies_and_holds_no_dose() -> None:
    everything = {q.id: tuple(o.id for o in q.options if not o.none) for q in QUESTIONS.values()}
    nothing = {q.id: tuple(o.id for o in q.options if o.none) for q in QUESTIONS.values()}
    for said in (everything, nothing):
        words = letters.as_text(result_of(said, TODAY)).lower()
        for forbidden in ("qualif", "eligible", "candidate", "you can have", " mg", "mg/kg"):
            assert forbidden not in words


def test_the_payload_of_a_request_holds_the_answers_and_the_clinics_findings() -> None:
    payload = assessment_payload({"q_heart": ("heart_bp",), "q_pain": ("pain_crps",)}, TODAY)
    assert payload["answers"] == {"q_heart": ["heart_bp"], "q_pain": ["pain_crps"]}
    assert payload["readiness"] == "block"
    assert payload["snapshot"]["answers"]["ci_bp_rest"] == {
        "is": "present", "by": "patient", "on": "2026-11-21",
    }  # fmt: skip
    codes = {f["code"] for f in payload["findings"]}
    assert {"ci_bp_rest", "ind_crps", "missing_weight"} <= codes


# In the browser


def send(client: Client, slug: str, *chosen: str, **headers: str) -> str:
    answer = client.post(f"/assess/{slug}/", {"choice": chosen}, headers=headers)
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_answers_are_kept_by_the_browser_alone() -> None:
    client = Client()
    assert send(client, "age", "age_adult") == "/assess/pain/"
    cookie = client.cookies[kept.COOKIE]
    assert cookie["path"] == "/assess/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["max-age"] == 3600
    assert set(client.cookies) == {kept.COOKIE}


def test_a_tampered_or_foreign_cookie_is_no_answer() -> None:
    client = Client()
    send(client, "age", "age_adult")
    client.cookies[kept.COOKIE] = client.cookies[kept.COOKIE].value[:-1] + "x"
    assert client.get("/assess/result/").headers["Location"] == "/assess/"


def test_options_that_no_longer_exist_are_left_out() -> None:
    sealed = kept.sealed({"q_age": ("age_adult", "gone"), "q_gone": ("x",)})
    assert kept.opened(sealed) == {"q_age": ("age_adult",)}


def test_an_answer_is_needed_or_a_skip() -> None:
    client = Client()
    page = client.post("/assess/now/", {})
    assert page.status_code == 422
    assert "Choose an answer, or skip this question." in page.content.decode()
    assert client.post("/assess/now/", {"skip": "1"}).headers["Location"] == "/assess/age/"


def test_none_of_these_and_something_else_is_asked_again_with_both_ticked() -> None:
    page = Client().post("/assess/heart/", {"choice": ["heart_none", "heart_bp"]})
    assert page.status_code == 422
    assert page.content.decode().count(" checked") == 2


@pytest.mark.parametrize(
    ("slug", "option", "shown"),
    [
        ("now", "now_chest", "tel:911"),
        ("now", "now_stroke", "tel:911"),
        ("now", "now_suicide", "tel:988"),
        ("pregnant", "preg_yes", "tel:911"),
    ],
)
def test_an_urgent_answer_leads_to_help_before_anything_else(
    slug: str, option: str, shown: str
) -> None:
    client = Client()
    address = send(client, slug, option)
    assert address == f"/assess/{slug}/help/"
    assert shown in client.get(address).content.decode()
    assert (
        shown.removeprefix("tel:") in client.get("/assess/result/").content.decode()
        or slug == "pregnant"
    )


def test_help_without_an_urgent_answer_leads_back_to_the_question() -> None:
    assert Client().get("/assess/now/help/").headers["Location"] == "/assess/now/"


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_another_site_cannot_answer_for_somebody(headers: dict[str, str]) -> None:
    answer = Client().post("/assess/age/", {"choice": "age_adult"}, headers=headers)
    assert answer.status_code == 400
    assert not answer.cookies


def test_what_somebody_answered_is_never_cached() -> None:
    client = Client()
    send(client, "drugs", "drug_opioid")
    for path in ("/assess/drugs/", "/assess/result/", "/assess/result.pdf"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_forgetting_takes_the_answers_out_of_the_browser() -> None:
    client = Client()
    send(client, "drugs", "drug_opioid")
    client.post("/assess/forget/")
    assert client.cookies[kept.COOKIE].value == ""


def test_nothing_can_be_attached_while_no_request_can_be_made() -> None:
    client = Client()
    send(client, "drugs", "drug_opioid")
    assert "Attach" not in client.get("/assess/result/").content.decode()


def test_the_pdf_is_tagged_in_both_languages() -> None:
    for language in ("en", "es"):
        client = Client(headers={"accept-language": language})
        send(client, "drugs", "drug_opioid")
        assert b"/MarkInfo" in client.get("/assess/result.pdf").content


# By e-mail


@pytest.fixture
def answered() -> Client:
    client = Client()
    send(client, "drugs", "drug_opioid")
    return client


def mailed(client: Client, **changed: str) -> int:
    form = {"email": "visitor@invented.example", "website": "", "seconds_ago": "10", **changed}
    form.setdefault("shown_at", stamped(float(form.pop("seconds_ago"))))
    return client.post("/assess/mail/", form).status_code


def stamped(seconds_ago: float) -> str:
    return signing.dumps(time.time() - seconds_ago, salt="mail-form")


def test_the_result_is_mailed_once_to_the_address_given(answered: Client) -> None:
    assert mailed(answered) == 200
    [message] = mail.outbox
    assert message.to == ["visitor@invented.example"]
    assert "Opioids" in message.body


@pytest.mark.parametrize(
    "changed",
    [
        {"website": "http://spam.example"},
        {"seconds_ago": "1"},
        {"seconds_ago": "7200"},
        {"shown_at": "forged"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"email": "nobody"},
    ],
)
def test_a_machine_does_not_get_through(answered: Client, changed: dict[str, str]) -> None:
    assert mailed(answered, **changed) == 422
    assert mail.outbox == []


def test_a_sender_may_mail_a_few_times_an_hour(answered: Client) -> None:
    sent = [mailed(answered) for _ in range(mailing.EACH_HOUR + 1)]
    assert sent == [200] * mailing.EACH_HOUR + [429]
    assert len(mail.outbox) == mailing.EACH_HOUR


def test_without_a_mail_server_no_form_is_shown(answered: Client, settings: object) -> None:
    settings.CONTACT_SENDERS = {}  # type: ignore[attr-defined]
    assert "Send it to your own email" not in answered.get("/assess/result/").content.decode()
    assert mailed(answered) == 404


def test_a_mail_server_that_does_not_answer_is_said(
    answered: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr(mailing, "send", broken)
    assert mailed(answered) == 503


def test_nothing_is_written_to_the_database(
    answered: Client, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answered.get("/assess/")
        send(answered, "age", "age_adult")
        answered.get("/assess/result/")
        mailed(answered)


def test_no_public_view_reaches_for_a_model() -> None:
    """The visitors' rooms import no table at all."""
    import reprieve.patient

    root = Path(reprieve.patient.__file__).parent
    for room in ("learn", "assess", "costs"):
        for file in (root / room).rglob("*.py"):
            assert ".models" not in file.read_text(), file.name

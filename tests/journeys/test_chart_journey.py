"""From signing in to a chart that holds what was found out, on a telephone and at a desk."""

import time

from .conftest import Visitor


def test_every_first_page_is_accessible(visitor: Visitor) -> None:
    visitor.opens("/account/login/").looks("sign-in")
    visitor.signs_in("nurse").looks("today")
    visitor.opens("/patients/").looks("patients")
    visitor.opens("/patients/?q=zzzz").looks("patients-none")
    visitor.opens("/looks/").looks("components")
    visitor.opens("/account/second-factor/").looks("second-factor")
    visitor.opens("/account/second-factor/totp/activate/").looks("authenticator-app")
    visitor.opens("/account/second-factor/webauthn/add/").looks("passkey")
    visitor.opens("/account/password/change/").looks("change-password")
    visitor.opens("/nowhere/").looks("not-found")


def test_pages_that_are_not_for_the_front_desk_say_who_can(visitor: Visitor) -> None:
    visitor.signs_in("front-desk").opens("/patients/")
    visitor.page.locator("tbody .row-link").first.click()
    visitor.page.wait_for_url("**/details/")
    visitor.looks("details")

    visitor.opens(visitor.page.url.removeprefix(visitor.address).replace("details/", ""))

    assert visitor.page.get_by_text("Ruth Okafor, RN").is_visible()
    visitor.looks("no-permission")


def test_a_nurse_registers_a_patient_and_fills_the_chart(visitor: Visitor) -> None:
    given_a_nurse_at_registration(visitor)

    when_the_form_is_sent_empty(visitor)
    then_each_problem_is_named_and_linked(visitor)

    when_the_form_is_filled(visitor, family="Okonkwo", given="Ada", born="1974-02-14")
    then_the_banner_shows(visitor, "Okonkwo, Ada", "not asked", "not recorded")

    when_an_allergy_is_added(visitor, "latex", "hives")
    then_the_banner_shows(visitor, "latex")

    when_a_weight_is_added(visitor, "700", "kg")
    then_it_is_refused_and_still_in_the_form(visitor, "700")
    when_the_weight_is_put_right(visitor, "70.5")
    then_the_banner_shows(visitor, "70.5 kg")
    visitor.looks("chart-filled")

    when_the_weight_is_corrected(visitor, "71", "misread the scale")
    then_both_values_stand_in_the_history(visitor)


def test_the_clinic_can_be_read_in_spanish(visitor: Visitor) -> None:
    visitor.opens("/account/login/")
    visitor.page.get_by_role("button", name="Español").click()
    visitor.page.get_by_role("heading", name="Entrar").wait_for()
    visitor.looks("entrar")


def test_what_was_typed_survives_an_expired_sign_in(visitor: Visitor) -> None:
    given_a_nurse_at_registration(visitor)
    visitor.page.get_by_label("Family name").fill("Half-typed")
    visitor.page.context.clear_cookies(name="sessionid")

    visitor.page.get_by_role("button", name="Register", exact=True).click()
    visitor.page.wait_for_url("**/account/login/**")
    visitor.page.get_by_label("Email").fill("nurse@demo.example")
    visitor.page.get_by_label("Password").fill("invented-people-only")
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()

    visitor.page.wait_for_url("**/patients/register/")
    assert visitor.page.get_by_label("Family name").input_value() == "Half-typed"


def given_a_nurse_at_registration(visitor: Visitor) -> None:
    visitor.signs_in("nurse").opens("/patients/register/").looks("register")


def when_the_form_is_sent_empty(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Register", exact=True).click()
    visitor.page.locator(".problems").wait_for()


def then_each_problem_is_named_and_linked(visitor: Visitor) -> None:
    problems = visitor.page.locator(".problems a")
    assert [p.get_attribute("href") for p in problems.all()] == [
        "#id_family_name",
        "#id_given_names",
    ]
    visitor.looks("register-problems")


def when_the_form_is_filled(visitor: Visitor, *, family: str, given: str, born: str) -> None:
    visitor.page.get_by_label("Family name").fill(family)
    visitor.page.get_by_label("Given names").fill(given)
    visitor.page.get_by_label("Date of birth").fill(born)
    visitor.page.get_by_role("button", name="Register", exact=True).click()
    visitor.page.get_by_role("heading", name="Chart", exact=True).wait_for()
    visitor.looks("chart-empty")


def then_the_banner_shows(visitor: Visitor, *words: str) -> None:
    for word in words:
        visitor.page.locator("#banner").get_by_text(word).first.wait_for()


def when_an_allergy_is_added(visitor: Visitor, to: str, reaction: str) -> None:
    visitor.page.get_by_role("link", name="Add an allergy").click()
    form = visitor.page.locator("#allergies-form")
    form.get_by_label("Allergy or intolerance").fill(to)
    form.get_by_label("What happened").fill(reaction)
    visitor.looks("allergy-form")
    form.get_by_role("button", name="Save").click()


def when_a_weight_is_added(visitor: Visitor, value: str, unit: str) -> None:
    visitor.page.get_by_role("link", name="Add a measurement").click()
    form = visitor.page.locator("#observations-form")
    form.get_by_label("What was measured").select_option(label="weight")
    form.get_by_label("Value", exact=False).first.fill(value)
    form.get_by_label("Unit").select_option(label=unit)
    form.get_by_label("Measured on").fill(
        f"{time.strftime('%Y-%m-%d', time.gmtime(time.time() - 172800))}T00:00"
    )
    form.get_by_role("button", name="Save").click()


def then_it_is_refused_and_still_in_the_form(visitor: Visitor, value: str) -> None:
    form = visitor.page.locator("#observations-form")
    form.locator(".problems").wait_for()
    assert form.locator("#id_value").input_value() == value
    visitor.looks("weight-refused")


def when_the_weight_is_put_right(visitor: Visitor, value: str) -> None:
    form = visitor.page.locator("#observations-form")
    form.locator("#id_value").fill(value)
    form.get_by_role("button", name="Save").click()


def when_the_weight_is_corrected(visitor: Visitor, value: str, reason: str) -> None:
    visitor.page.get_by_role("link", name="Correct weight").click()
    form = visitor.page.locator("#observations-form")
    form.locator("#id_value").fill(value)
    form.get_by_label("Why is it changed?").fill(reason)
    form.get_by_role("button", name="Save").click()
    then_the_banner_shows(visitor, "71 kg")


def then_both_values_stand_in_the_history(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Correct weight").click()
    visitor.page.get_by_role("link", name="How it was").click()
    visitor.page.get_by_role("cell", name="70.5 kg").wait_for()
    assert visitor.page.get_by_role("cell", name="misread the scale").is_visible()
    visitor.looks("history")

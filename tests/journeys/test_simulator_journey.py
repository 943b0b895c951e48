"""A pharmacometrician changes a regimen and sees the curve and the models move."""

from .conftest import Visitor


def test_a_regimen_is_changed_compared_and_taken_along(visitor: Visitor) -> None:
    visitor.signs_in("pharmacist").opens("/simulator/").looks("simulator")
    page = visitor.page
    page.get_by_label("Model", exact=True).select_option("all")
    page.get_by_role("heading", name="models put the typical peak").wait_for()
    visitor.looks("simulator-all")
    page.get_by_role("button", name="Add a dose").click()
    page.get_by_role("group", name="Dose 2").wait_for()
    page.locator("#id_d-1-start_min").fill("1440")
    page.locator("#id_until_h").fill("48")
    page.get_by_role("button", name="Draw").click()
    page.wait_for_url("**until_h=48**")
    visitor.looks("simulator-two-doses")
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG").click()
    assert saved.value.suggested_filename == "predicted.png"
    page.get_by_role("link", name="What would it do?").click()
    page.get_by_role("heading", name="For teaching").wait_for()
    visitor.looks("effects")

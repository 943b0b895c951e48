"""Medicines are recognised by code, product and whole-word name, by route, and never by guess."""

import pytest

from reprieve.core.findings import Action, ExposureChange, Finding
from reprieve.core.interactions.check import check_interactions
from reprieve.core.interactions.rules import Interaction, Member
from reprieve.core.patient import Medicine
from tests.core.builders import EVIDENCE, a_medicine, a_patient, an_interaction


def findings(
    *medicines: Medicine, rule: Interaction | None = None, route: str = "iv"
) -> tuple[Finding, ...]:
    patient = a_patient(medicines=medicines)
    return check_interactions(patient, [rule or an_interaction()], route=route)[0]


@pytest.mark.parametrize(
    "medicine",
    [
        a_medicine("LORazepam 1 MG Oral Tablet"),
        a_medicine("Ativan"),
        a_medicine("something", rxnorm=("6470",)),
        a_medicine("aspirin / lorazepam"),
    ],
)
def test_a_member_is_found_by_name_brand_code_or_in_a_combination(medicine: Medicine) -> None:
    [finding] = findings(medicine)
    assert finding.action is Action.WARN
    assert medicine.name in finding.because[0]


def test_part_of_another_word_is_not_the_drug() -> None:
    rule = an_interaction(members=(Member(name="morphine"),))
    assert findings(a_medicine("apomorphine 10 MG/ML"), rule=rule) == ()


def test_a_product_code_stands_for_its_ingredient() -> None:
    rule = an_interaction(members=(Member(name="oxycodone", products=("1049221",)),))
    assert len(findings(a_medicine("RxNorm 1049221", rxnorm=("1049221",)), rule=rule)) == 1


@pytest.mark.parametrize("status", ["completed", "stopped", "cancelled", "unknown", "draft"])
def test_a_medicine_no_longer_taken_gives_no_finding_but_is_listed_as_ignored(status: str) -> None:
    patient = a_patient(medicines=(a_medicine("lorazepam", status=status),))
    found, ignored = check_interactions(patient, [an_interaction()], route="iv")
    assert found == ()
    assert status in ignored[0].why


@pytest.mark.parametrize("status", ["active", "on-hold"])
def test_active_and_on_hold_medicines_count_as_needed_ones_too(status: str) -> None:
    assert len(findings(a_medicine("lorazepam", status=status, as_needed=True))) == 1


def test_outside_its_routes_a_rule_is_a_note() -> None:
    rule = an_interaction(routes=("oral", "sublingual"))
    assert findings(a_medicine("lorazepam"), rule=rule)[0].action is Action.NOTE
    assert findings(a_medicine("lorazepam"), rule=rule, route="oral")[0].action is Action.WARN


def test_a_medicine_that_may_be_a_member_asks() -> None:
    rule = an_interaction(may_mean=("sleeping pill",))
    [finding] = findings(a_medicine("a sleeping pill at night"), rule=rule)
    assert finding.action is Action.ASK


def test_no_listed_medicine_gives_no_interaction_finding() -> None:
    assert findings() == ()


def test_a_medicine_no_rule_names_is_ignored_with_the_reason() -> None:
    patient = a_patient(medicines=(a_medicine("vitamin C"),))
    _, [ignored] = check_interactions(patient, [an_interaction()], route="iv")
    assert ignored.path == "medicines.list[0]"
    assert "no interaction record" in ignored.why


def test_a_skin_product_is_only_noted() -> None:
    rule = an_interaction(members=(Member(name="ketoconazole"),))
    assert findings(a_medicine("ketoconazole 2 % shampoo"), rule=rule)[0].action is Action.NOTE


def test_what_was_never_measured_for_the_route_is_said_so_and_never_called_no_interaction() -> None:
    oral = ExposureChange(
        precipitant="clarithromycin", route="oral", auc_ratio=2.6, cmax_ratio=3.6, evidence=EVIDENCE
    )
    rule = an_interaction(
        members=(Member(name="clarithromycin"), Member(name="ketoconazole")),
        routes=("oral",),
        exposures=(oral,),
        unstudied={"iv": "IV: not studied; model range 1.0-1.5."},
    )
    [by_vein] = findings(a_medicine("clarithromycin"), rule=rule)
    assert "not studied; model range 1.0-1.5" in by_vein.message
    assert by_vein.exposure == (oral,)
    [by_mouth] = findings(a_medicine("clarithromycin"), rule=rule, route="oral")
    assert "not studied" not in by_mouth.message
    [never] = findings(a_medicine("ketoconazole"), rule=rule, route="oral")
    assert never.exposure == ()

"""The facts we ship: none lost, none better than its source, all reachable."""

import csv
import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import reprieve
from reprieve import knowledge
from reprieve.core.dosing.plan import plan_quantities
from reprieve.core.evidence import Verification
from reprieve.core.findings import Action, Kind
from reprieve.core.instruments.questionnaire import ScoringMethod
from reprieve.knowledge import build, load
from reprieve.knowledge.subjects import CONTENT, SUBJECTS

# What was researched, counted there; PROJECT, four papers and labels,
# and five studies of observed effects come on top of the sources.
COUNTS = {
    "contraindications": 35,
    "interactions": 23,
    "indications": 10,
    "mme": 10,
    "claims": 84,
    "disagreements": 11,
    "adverse_events": 21,
    "scales": 7,
    "consent": 15,
    "costs": 12,
    "sources": 95
    + 5
    + 5
    + 3
    + 1
    + 23
    + 13
    + 1,  # 988 and a clinic, DAHAN11, trials and reviews, kinetics, estimates
    "advisor": 8 + 8,
    "surveillance": 6,
    "trials": 17 + 9,  # controlled, and cohorts
    "reviews": 10,
    "contacts": 4,
    "entry_ranges": 7,
    "questionnaires": 16 + 3,  # three of our own: bladder, dissociation, distress
    "workup": 8,
    "responses": 2 + 3 + 6,
    "controlled_substance": 1 + 11 + 1,
    "compounding": 4 + 1 + 5 + 4 + 1,
    "decision_aid": 6 + 6 + 1 + 7 + 2 + 1,
    "guidelines": (3 + 2 + 3 + 1 + 1 + 1) + (3 + 4 + 1) + 12 + 2,  # the good-faith estimate
    "aid": 14,
    "pictures": 3 + 3,  # help, harm
    "glossary": 21,
    "self_assessment": 12,
    "not_asked": 10,
}
ACTIONS = {
    "ci_hypersens": ("block", True),
    "ci_bp_hazard": ("block", False),
    "ci_bp_rest": ("block", False),
    "ci_bp_predose": ("hold", False),
    "ci_aneurysm": ("block", True),
    "ci_avm": ("block", True),
    "ci_ich": ("block", True),
    "ci_stroke_trauma": ("block", False),
    "ci_ihd": ("block", False),
    "ci_hf": ("hold", True),
    "ci_arrhythmia": ("hold", True),
    "ci_preg": ("block", True),
    "ci_lact": ("block", False),
    "ci_psychosis": ("block", False),
    "ci_psych_hx": ("hold", True),
    "ci_delirium_dementia": ("hold", True),
    "ci_liver_severe": ("block", False),
    "ci_liver_mod": ("hold", True),
    "ci_icp": ("block", True),
    "ci_iop": ("hold", False),
    "ci_sud_active": ("block", True),
    "ci_sud_hx": ("hold", False),
    "ci_alcohol_acute": ("block", True),
    "ci_thyroid": ("block", False),
    "ci_preeclampsia": ("block", True),
    "ci_bladder": ("hold", False),
    "ci_seizure": ("hold", True),
    "ci_porphyria": ("hold", True),
    "ci_osa_resp": ("warn", True),
    "ci_age_u18": ("block", True),
    "ci_age_65": ("warn", True),
    "ci_suicidal": ("hold", False),
    "ci_no_escort": ("block", True),
    "ci_npo": ("hold", True),
    "ci_consent": ("block", True),
}
PROTOCOLS = """pr_iv_30_40min_x6 pr_iv_0p5_2_mgkg_1h pr_iv_80mg_over_2h pr_crps_4h_x10 pr_crps_100h
pr_oral_followon pr_sublingual_followon pr_nasal pr_topical pr_acute_bolus pr_acute_infusion"""
LIMITS = """lim_bolus_chronic lim_bolus_acute lim_rate_chronic lim_rate_acute lim_rate_ps12
lim_crps_max_mg_h"""
PACKAGE = Path(reprieve.__file__).parent
NOT_LOCATED_TODAY = 307
RULES = {r.id: r for r in knowledge.contraindications()}
INTERACTIONS = {r.id: r for r in knowledge.interactions()}
LIMIT = {x.id: x for x in knowledge.limits()}


def test_every_fact_we_ship_passes_every_check() -> None:
    knowledge.check_all()


@pytest.mark.parametrize("subject", COUNTS)
def test_no_researched_record_was_lost(subject: str) -> None:
    assert len(knowledge.records(subject)) == COUNTS[subject]


def test_rules_act_as_researched() -> None:
    assert {r.id: (r.action.word, r.code_settles) for r in RULES.values()} == ACTIONS


@pytest.mark.parametrize("protocol", PROTOCOLS.split())
def test_promised_protocols_exist(protocol: str) -> None:
    assert protocol in {p.id for p in knowledge.protocols()}


@pytest.mark.parametrize("limit", LIMITS.split())
def test_promised_limits_exist(limit: str) -> None:
    assert limit in LIMIT


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_the_built_form_is_current(subject: Any) -> None:
    """Run `python -m reprieve.knowledge.build` after editing a fact."""
    assert subject.built.read_text("utf-8") == build.built_form(subject)


def test_a_stale_built_form_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = json.loads(SUBJECTS["limits"].built.read_text("utf-8"))
    built["digest"] += 1
    built["records"] = []
    (tmp_path / "limits.json").write_text(json.dumps(built), "utf-8")
    monkeypatch.setattr("reprieve.knowledge.subjects.BUILT", tmp_path)
    load.records.cache_clear()
    try:
        assert len(knowledge.limits()) == len(LIMIT)
    finally:
        load.records.cache_clear()


def test_the_version_is_the_one_in_the_file() -> None:
    written = tomllib.loads((CONTENT / "version.toml").read_text("utf-8"))["version"]
    assert written == knowledge.VERSION
    assert {c.version for c in knowledge.changes()} == {written}


def test_what_nobody_read_permits_nothing() -> None:
    """Recalled and own values warn or ask: they hold no gate open and no protocol up."""
    for subject in SUBJECTS:
        for record in knowledge.records(subject):
            evidence = getattr(record, "evidence", None)
            if evidence is not None and not evidence.verification.may_permit:
                assert not getattr(record, "permits", ()), record.id
                assert getattr(record, "action", None) is not Action.NOTE, record.id
    assert all(p.evidence.verification.may_permit for p in knowledge.protocols())


def test_an_aldrete_score_moves_a_patient_to_a_chair_and_never_home() -> None:
    permits = {s.id: s.permits for s in knowledge.scales() if s.permits}
    assert permits == {"MODIFIED_ALDRETE": ("recovery_chair",)}


def test_statements_without_a_place_in_their_source_only_become_fewer() -> None:
    """Lower the figure when you locate some; it never rises."""
    missing, everything = knowledge.not_located()
    assert missing <= NOT_LOCATED_TODAY
    assert everything > 700


def test_sources_that_nobody_saw_carry_the_worst_status() -> None:
    status = {s.id: s.verification for s in knowledge.sources()}
    assert status["RECALLED"] is Verification.RECALLED
    assert status["PROJECT"] is Verification.PROJECT_DEFAULT


# Candidacy


def test_the_resting_limit_is_the_swiss_label() -> None:
    rule = RULES["ci_bp_rest"]
    assert rule.evidence.source == "KETAMINE_CH"
    assert rule.blood_pressure is not None
    assert rule.blood_pressure.systolic_over_mmhg == 180
    assert rule.blood_pressure.diastolic_over_mmhg == 100
    assert rule.disagreement


def test_the_predose_limit_rises_at_65() -> None:
    limit = RULES["ci_bp_predose"].blood_pressure
    assert limit is not None
    assert (limit.systolic_over_mmhg, limit.diastolic_over_mmhg) == (140, 90)
    assert limit.from_age_years == 65
    assert (limit.older_systolic_over_mmhg, limit.older_diastolic_over_mmhg) == (150, 90)


def test_day_of_rules_and_rules_for_women() -> None:
    assert {r.id for r in RULES.values() if r.day_of} == {
        "ci_bp_predose",
        "ci_alcohol_acute",
        "ci_no_escort",
        "ci_npo",
        "ci_consent",
    }
    assert {r.id for r in RULES.values() if r.female_only} == {
        "ci_preg",
        "ci_lact",
        "ci_preeclampsia",
    }


def test_a_caution_is_a_precaution() -> None:
    for rule in RULES.values():
        assert (rule.kind is Kind.PRECAUTION) == (rule.severity == "caution"), rule.id


def test_every_rule_asks_a_question_and_says_what_clears_it() -> None:
    for rule in RULES.values():
        assert rule.question.rstrip().endswith("?"), rule.id
        assert rule.clears_when != rule.message, rule.id


def icd(rule: str) -> set[str]:
    return {c.code for c in RULES[rule].codes if c.system == "icd10cm"}


def test_icd_codes_are_those_that_were_checked_against_the_table() -> None:
    with (Path(__file__).parent / "icd10cm_checked.csv").open(encoding="utf-8") as file:
        checked = {row["code"]: row for row in csv.DictReader(file)}
    for rule in RULES.values():
        for code in rule.codes:
            if code.system == "icd10cm":
                row = checked[code.code]
                assert row["display"] == code.display
                assert (int(row["descendants"]) > 0) == code.descendants, code.code


def covers(rule: str, code: str) -> bool:
    return any(
        code == c.code or (c.descendants and code.startswith(c.code))
        for c in RULES[rule].codes
        if c.system == "icd10cm"
    )


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("ci_aneurysm", "I71.43"),  # infrarenal abdominal aortic aneurysm
        ("ci_aneurysm", "I72.1"),
        ("ci_avm", "Q28.2"),
        ("ci_ich", "I61.4"),
        ("ci_hf", "I50.22"),
        ("ci_arrhythmia", "I48.91"),
        ("ci_preg", "Z3A.20"),
        ("ci_preg", "O30.041"),
        ("ci_preeclampsia", "O14.12"),
        ("ci_sud_active", "F11.20"),
        ("ci_sud_active", "F10.230"),
        ("ci_liver_mod", "K74.60"),
        ("ci_seizure", "G40.909"),
        ("ci_osa_resp", "G47.33"),
    ],
)
def test_a_code_of_the_condition_settles_it(rule: str, code: str) -> None:
    assert RULES[rule].code_settles
    assert covers(rule, code)


@pytest.mark.parametrize(
    ("rule", "code", "because"),
    [
        ("ci_aneurysm", "I71.00", "dissection is not aneurysm"),
        ("ci_ich", "I60.9", "subarachnoid bleeding is not in the brain"),
        ("ci_arrhythmia", "I49.3", "premature beats are not a significant arrhythmia"),
        ("ci_preg", "O80", "delivered"),
        ("ci_preg", "O90.4", "after birth"),
        ("ci_icp", "G91.2", "normal-pressure hydrocephalus"),
        ("ci_icp", "D35.2", "pituitary adenoma"),
        ("ci_sud_active", "F10.21", "in remission"),
        ("ci_sud_active", "F11.11", "in remission"),
        ("ci_sud_active", "F17.210", "nicotine"),
        ("ci_liver_mod", "K76.0", "fatty liver"),
        ("ci_porphyria", "E80.1", "cutaneous, not acute"),
        ("ci_osa_resp", "J96.01", "acute respiratory failure"),
        ("ci_seizure", "R56.00", "febrile convulsion"),
    ],
)
def test_a_code_of_something_else_does_not_settle_it(rule: str, code: str, because: str) -> None:
    assert RULES[rule].code_settles
    assert not covers(rule, code), because


def test_stable_coronary_disease_only_asks() -> None:
    assert covers("ci_ihd", "I25.10")
    assert not RULES["ci_ihd"].code_settles


def test_remission_belongs_to_the_history_rule() -> None:
    assert covers("ci_sud_hx", "F10.21")
    assert not RULES["ci_sud_hx"].code_settles


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("ci_bp_rest", "59621000"),
        ("ci_bp_rest", "38341003"),
        ("ci_stroke_trauma", "230690007"),
        ("ci_ihd", "22298006"),
        ("ci_ihd", "53741008"),
        ("ci_arrhythmia", "49436004"),
        ("ci_hf", "88805009"),
        ("ci_preg", "72892002"),
        ("ci_sud_hx", "55680006"),
        ("ci_sud_active", "6525002"),
        ("ci_sud_active", "7200002"),
        ("ci_preeclampsia", "398254007"),
        ("ci_delirium_dementia", "26929004"),
        ("ci_seizure", "84757009"),
        ("ci_sud_hx", "1149222004"),
        ("ci_suicidal", "287182007"),
        ("ci_liver_mod", "61977001"),
    ],
)
def test_codes_that_synthetic_records_write_reach_their_rule(rule: str, code: str) -> None:
    assert code in {c.code for c in RULES[rule].codes if c.system == "snomedct"}


def test_kidney_disease_and_gum_disease_are_no_contraindication() -> None:
    """431855005 chronic kidney disease, 127013003 diabetic kidney disease, 66383009 gingivitis."""
    ours = {c.code for r in RULES.values() for c in r.codes}
    assert ours.isdisjoint({"431855005", "127013003", "66383009"})


# Interactions


def test_st_johns_wort_is_an_inducer_with_its_apostrophes() -> None:
    [member] = [m for m in INTERACTIONS["ix_inducer"].members if m.name == "st johns wort"]
    assert {"st john's wort", "st. john's wort", "hypericum"} <= set(member.synonyms)


def exposure(rule: str, precipitant: str, route: str) -> list[tuple[float | None, float | None]]:
    return [
        (e.auc_ratio, e.cmax_ratio)
        for e in INTERACTIONS[rule].exposures
        if (e.precipitant, e.route, e.analyte) == (precipitant, route, "ketamine")
    ]


@pytest.mark.parametrize(
    ("rule", "precipitant", "route", "expected"),
    [
        ("ix_cyp3a4_inh_oral", "clarithromycin", "oral", [(2.6, 3.6)]),
        ("ix_cyp3a4_inh_oral", "clarithromycin", "intranasal", [(1.04, 1.11)]),
        ("ix_grapefruit", "grapefruit-juice", "oral", [(3.0, 2.1)]),
        ("ix_cyp2b6_inh", "ticlopidine", "oral", [(2.4, None)]),
        ("ix_cyp2b6_inh", "ticlopidine", "intranasal", [(1.29, 1.0)]),
        ("ix_itraconazole", "itraconazole", "oral", [(1.0, None)]),
        ("ix_inducer", "st-johns-wort", "oral", [(0.42, 0.34)]),
        ("ix_inducer", "rifampicin", "oral", [(0.14, None)]),
        ("ix_inducer", "rifampicin", "iv", [(0.86, None), (0.90, None)]),
    ],
)
def test_measured_exposure_by_route(
    rule: str, precipitant: str, route: str, expected: list[tuple[float | None, float | None]]
) -> None:
    assert exposure(rule, precipitant, route) == expected


def test_rifampicin_halves_norketamine_after_intravenous_ketamine() -> None:
    [change] = [
        e
        for e in INTERACTIONS["ix_inducer"].exposures
        if (e.route, e.analyte) == ("iv", "norketamine")
    ]
    assert change.auc_ratio == 0.50


def test_numbers_the_label_text_was_cut_before_are_recalled() -> None:
    nasal = [e for r in INTERACTIONS.values() for e in r.exposures if e.route == "intranasal"]
    status = {e.precipitant: e.evidence.verification for e in nasal}
    assert status == {
        "clarithromycin": Verification.RECALLED,
        "rifampicin": Verification.RECALLED,
        "ticlopidine": Verification.LABEL,
    }


@pytest.mark.parametrize("rule", ["ix_cyp3a4_inh_oral", "ix_cyp2b6_inh", "ix_grapefruit"])
def test_an_inhibitor_never_tested_by_vein_says_so(rule: str) -> None:
    assert "model range 1.0-1.5" in INTERACTIONS[rule].unstudied["iv"]
    evidence = INTERACTIONS[rule].unstudied_evidence
    assert evidence is not None
    assert evidence.verification is Verification.DERIVED


def test_exposure_changes_belong_to_a_member() -> None:
    for rule in INTERACTIONS.values():
        ours = {m.precipitant or m.name for m in rule.members}
        assert {e.precipitant for e in rule.exposures} <= ours, rule.id


def test_names_of_medicines_are_lower_case_and_no_name_means_two_drugs_of_one_class() -> None:
    for rule in INTERACTIONS.values():
        names = [n for m in rule.members for n in (m.name, *m.synonyms)]
        assert all(n == n.lower() for n in names), rule.id
        assert len(names) == len(set(names)), rule.id


def test_an_ingredient_code_stands_only_where_it_was_confirmed() -> None:
    for rule in INTERACTIONS.values():
        for member in rule.members:
            assert (member.rxnorm is not None) == member.rxnorm_verified, member.name


def test_one_drug_has_one_ingredient_code_in_every_class() -> None:
    codes: dict[str, set[str | None]] = {}
    for rule in INTERACTIONS.values():
        for member in rule.members:
            codes.setdefault(member.name, set()).add(member.rxnorm)
    assert {name for name, found in codes.items() if len(found) > 1} == set()


# Doses


def test_articles_without_a_dose_propose_the_depression_dose_as_ours() -> None:
    [protocol] = [p for p in knowledge.protocols() if p.id == "pr_iv_30_40min_x6"]
    assert not protocol.dose.source_states_dose
    assert protocol.proposal is not None
    assert (protocol.proposal.amount_mg_per_kg, protocol.proposal.duration_min) == (0.5, 40)
    assert protocol.proposal.evidence is not None
    assert protocol.proposal.evidence.verification is Verification.PROJECT_DEFAULT
    assert "depression-trial dose" in protocol.proposal.evidence.locator


def test_hundred_hour_courses_are_s_ketamine_in_hospital() -> None:
    [protocol] = [p for p in knowledge.protocols() if p.id == "pr_crps_100h"]
    assert (protocol.drug, protocol.setting.value) == ("esketamine", "hospital")
    assert "NOPPERS11" in protocol.contradicted_by


def test_acute_protocols_are_for_hospital() -> None:
    acute = [p for p in knowledge.protocols() if p.purpose != "chronic"]
    assert {p.setting.value for p in acute} == {"hospital"}


@pytest.mark.parametrize(
    ("limit", "value", "unit", "owner"),
    [
        ("lim_bolus_chronic", 0.35, "mg/kg", "guideline"),
        ("lim_bolus_acute", 0.35, "mg/kg", "guideline"),
        ("lim_rate_chronic", 2.0, "mg/kg/h", "guideline"),
        ("lim_rate_acute", 1.0, "mg/kg/h", "guideline"),
        ("lim_rate_ps12", 0.5, "mg/kg/h", "guideline"),
        ("lim_crps_max_mg_h", 25.0, "mg/h", "project_default"),
        ("lim_min_visit_mg", 80.0, "mg", "guideline"),
        ("lim_min_duration", 120.0, "min", "guideline"),
    ],
)
def test_limits_are_as_published(limit: str, value: float, unit: str, owner: str) -> None:
    found = LIMIT[limit]
    assert (found.limit, found.unit, found.owner.value) == (value, unit, owner)


def test_every_limit_speaks_of_a_number_a_plan_has() -> None:
    [protocol] = [p for p in knowledge.protocols() if p.id == "pr_iv_80mg_over_2h"]
    days = (date(2026, 12, 1),)
    slow, fast = (plan_quantities(protocol, 80.0, minutes, 70.0, days) for minutes in (150.0, 5.0))
    assert {x.quantity for x in LIMIT.values()} <= slow.keys() | fast.keys()


def test_the_yearly_number_of_treatments_is_recalled() -> None:
    assert LIMIT["lim_sessions_per_year"].evidence.verification is Verification.RECALLED


def test_cdc_2022_factors() -> None:
    """The ten factors of the 2022 table, typed again from the table."""
    assert {f.opioid: f.factor for f in knowledge.mme_factors()} == {
        "codeine": 0.15,
        "fentanyl transdermal": 2.4,
        "hydrocodone": 1.0,
        "hydromorphone": 5.0,
        "methadone": 4.7,
        "morphine": 1.0,
        "oxycodone": 1.5,
        "oxymorphone": 3.0,
        "tapentadol": 0.4,
        "tramadol": 0.2,
    }


# Instruments and thresholds

FREE = {"NRS", "PEG", "PGIC", "PHQ-9", "GAD-7", "BUDAPEST", "BLADDER", "DISSOCIATION", "DISTRESS"}


def test_licensed_instruments_are_a_score_field_without_text() -> None:
    for instrument in knowledge.instruments():
        if instrument.id in FREE:
            assert instrument.items, instrument.id
            assert len(instrument.items) == instrument.item_count
        else:
            assert instrument.method is ScoringMethod.SCORE_ONLY, instrument.id
            assert not instrument.items


def test_our_own_questions_speak_spanish() -> None:
    for instrument in knowledge.instruments():
        if instrument.id in {"NRS", "PGIC", "BLADDER", "DISSOCIATION", "DISTRESS", "BUDAPEST"}:
            assert all(i.text_es for i in instrument.items), instrument.id
            assert all(c.text_es for i in instrument.items for c in i.choices), instrument.id


@pytest.mark.parametrize(("instrument", "top"), [("PHQ-9", 27), ("GAD-7", 21), ("BLADDER", 15)])
def test_a_sum_reaches_its_published_top(instrument: str, top: float) -> None:
    [found] = [i for i in knowledge.instruments() if i.id == instrument]
    assert sum(item.maximum_points for item in found.items) == top == found.maximum_points


def test_the_last_question_of_the_phq9_starts_the_crisis_path() -> None:
    [phq] = [i for i in knowledge.instruments() if i.id == "PHQ-9"]
    assert [i.link_id for i in phq.items if i.urgent_from_points == 1] == ["phq9-9"]


def test_session_defaults_and_their_adjustable_ranges() -> None:
    found = {t.id: (t.limit, t.adjustable_low, t.adjustable_high) for t in knowledge.thresholds()}
    assert found["mon_sbp_warn"] == (160, 140, 180)
    assert found["mon_sbp_stop"] == (180, 160, 200)
    assert found["mon_dbp_warn"] == (100, 90, 110)
    assert found["mon_dbp_stop"] == (110, 100, 120)
    assert found["mon_hr_warn_low"] == (50, 40, 60)
    assert found["mon_hr_warn_high"] == (120, 100, 150)
    assert found["mon_moaas_pause"] == (3, None, None)  # fixed
    assert found["mon_moaas_stop"] == (2, None, None)


def test_the_same_pressure_limit_stands_in_candidacy_and_in_the_session() -> None:
    """Two rooms read it; one number must not drift from the other."""
    found = {t.id: t.limit for t in knowledge.thresholds()}
    rest, before = RULES["ci_bp_rest"].blood_pressure, RULES["ci_bp_predose"].blood_pressure
    assert rest is not None
    assert before is not None
    assert found["mon_rest_sys"] == rest.systolic_over_mmhg
    assert found["mon_rest_dia"] == rest.diastolic_over_mmhg
    assert found["mon_predose_sys_under65"] == before.systolic_over_mmhg
    assert found["mon_predose_dia_under65"] == before.diastolic_over_mmhg
    assert found["mon_predose_sys_65"] == before.older_systolic_over_mmhg
    assert found["mon_predose_dia_65"] == before.older_diastolic_over_mmhg


def test_a_clinic_adjusts_around_the_default_and_only_our_own_numbers() -> None:
    for t in knowledge.thresholds():
        assert (t.adjustable_low is None) == (t.adjustable_high is None), t.id
        if t.adjustable_low is not None and t.adjustable_high is not None:
            assert t.adjustable_low <= t.limit <= t.adjustable_high, t.id
            assert t.owner.value == "project_default", t.id


def test_no_clinic_may_set_the_stop_below_ninety_percent() -> None:
    [stop] = [t for t in knowledge.thresholds() if t.id == "mon_spo2_stop"]
    assert (stop.limit, stop.adjustable_low) == (92, 90)


def test_the_response_rule_is_recalled_and_says_so() -> None:
    rules = [r for r in knowledge.responses() if r.kind == "rule"]
    assert {r.lasting_weeks for r in rules} == {3, 6}
    assert all(r.evidence.verification is Verification.RECALLED for r in rules)


def test_the_telehealth_rule_ends_with_2026() -> None:
    [rule] = [r for r in knowledge.controlled_substance() if r.id == "cs_tele_prescribing"]
    assert rule.currency.valid_until is not None
    assert rule.currency.valid_until.isoformat() == "2026-12-31"
    assert rule.currency.jurisdiction == "US"


def test_claims_keep_their_verdicts() -> None:
    """Counted in the research: 23 agree, 38 qualify, 14 disagree, 6 unverified, 3 service."""
    verdicts = [c.verdict for c in knowledge.claims()]
    assert {v: verdicts.count(v) for v in set(verdicts)} == {
        "agree": 23,
        "qualify": 38,
        "disagree": 14,
        "unverified": 6,
        "service": 3,
    }


def test_every_source_a_model_names_is_in_the_list() -> None:
    """The kinetics are code, not records: their sources are held to the same list."""
    named = {
        source
        for file in (PACKAGE / "core/pkpd").rglob("*.py")
        for source in re.findall(r'source\s*=\s*"([^"]+)"', file.read_text("utf-8"))
    }
    assert len(named) > 10
    assert named <= {s.id for s in knowledge.sources()}

"""A broken fact stops the build, the tests and the clinic: every refusal, one at a time."""

from pathlib import Path

import pytest

from reprieve.knowledge.check import check_all
from reprieve.knowledge.files import BrokenFacts

SOURCES = """
[[source]]
id = "READ"
authors = "Somebody"
title = "A paper somebody read in part"
verification = "excerpt_or_abstract"
how_verified = "Abstract read."

[[source]]
id = "RECALLED"
authors = "Us"
title = "General knowledge"
verification = "recalled"
how_verified = "Not seen."

[[source]]
id = "PROJECT"
authors = "Us"
title = "Ours"
verification = "project_default"
how_verified = "Ours."
"""
LIMIT = """
[[limit]]
id = "lim_bolus"
quantity = "bolus_mg_per_kg"
limit = 0.35
unit = "mg/kg"
owner = "guideline"
message = "At most 0.35 mg/kg."

[limit.evidence]
source = "READ"
locator = "page 3"
verification = "excerpt_or_abstract"
"""
INTERACTION = """
[[interaction]]
id = "ix_lithium"
action = "note"
drug_or_class = "Lithium"
severity = "minor"
mechanism = "None known"
management = "None"
message = "Nothing known."
members = [{ name = "lithium" }]

[interaction.evidence]
source = "RECALLED"
locator = "not located"
verification = "recalled"
"""
THRESHOLD = """
[[threshold]]
id = "mon_spo2"
parameter = "spo2_percent"
stage = "after"
level = "warn"
comparison = "below"
limit = 94
unit = "%"
action = "Look."
owner = "project_default"
permits = ["discharge"]

[threshold.evidence]
source = "PROJECT"
locator = "ours"
verification = "project_default"
"""
PROTOCOL = """
[[protocol]]
id = "pr_own"
title = "Ours"
summary = "Ours."
purpose = "chronic"
setting = "clinic"
drug = "ketamine"
route = "iv"

[protocol.dose]
amount_mg = [10, 20]

[protocol.evidence]
source = "RECALLED"
locator = "not located"
verification = "recalled"
"""


def refusals(folder: Path, **files: str) -> str:
    """What is said about these files. The named file is read for the subject of the same name."""
    paths: dict[str, tuple[Path, ...]] = {}
    for name, text in {"sources": SOURCES, **files}.items():
        file = folder / f"{name}.toml"
        file.write_text(text, "utf-8")
        paths[name] = (file,)
    try:
        check_all(paths)
    except BrokenFacts as broken:
        return str(broken)
    return ""


def test_a_complete_fact_passes(tmp_path: Path) -> None:
    assert refusals(tmp_path, limits=LIMIT) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("owner =", "ownr =", "limit[0] lim_bolus.ownr: unknown key"),
        ('message = "At most 0.35 mg/kg."\n', "", "lim_bolus.message: is missing"),
        ('unit = "mg/kg"\n', "", "lim_bolus.limit: a number without a unit"),
        ('locator = "page 3"\n', "", "lim_bolus.evidence.locator: is missing"),
        ('source = "READ"\n', "", "lim_bolus.evidence.source: is missing"),
        ('"READ"', '"NOWHERE"', "'NOWHERE' is not in sources.toml"),
        ("lim_bolus", "limit_bolus", "an id of this kind starts with lim_"),
        ("limit = 0.35", 'limit = "0.35"', "a number is needed, not '0.35'"),
        ("limit = 0.35", "limit = true", "a number is needed, not True"),
        ('"guideline"', '"the boss"', "'the boss' is not one of: label, guideline"),
        ('message = "At most 0.35 mg/kg."', 'message = " "', "text is needed"),
        (
            '"excerpt_or_abstract"',
            '"full_text"',
            "is full_text, better than its source READ (excerpt_or_abstract)",
        ),
        ("[[limit]]", "[[limits]]", "limits.toml: limits: unknown table"),
        ("limit = 0.35", "limit = = 0.35", "limits.toml: cannot be read"),
    ],
)
def test_a_broken_fact_is_refused_with_its_file_and_path(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in LIMIT
    assert said in refusals(tmp_path, limits=LIMIT.replace(old, new))


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    broken = LIMIT.replace("owner =", "ownr =").replace('unit = "mg/kg"\n', "")
    said = refusals(tmp_path, limits=broken, interactions=INTERACTION.replace("note", "nod"))
    assert "ownr: unknown key" in said
    assert "a number without a unit" in said
    assert "'nod' is not one of" in said


def test_an_id_is_never_used_twice_even_in_another_file(tmp_path: Path) -> None:
    assert "used already by limits.toml" in refusals(tmp_path, limits=LIMIT + LIMIT)
    other = THRESHOLD.replace("mon_spo2", "mon_x").replace('permits = ["discharge"]\n', "")
    said = refusals(tmp_path, limits=LIMIT.replace("lim_bolus", "mon_x"), thresholds=other)
    assert "mon_x: the id is used already by limits.toml" in said


@pytest.mark.parametrize(("words", "refused"), [(40, False), (41, True)])
def test_a_quote_has_forty_words_at_most(tmp_path: Path, words: int, refused: bool) -> None:
    quote = " ".join(["word"] * words)
    text = LIMIT.replace('locator = "page 3"', f'locator = "page 3"\nquote = "{quote}"')
    assert ("the quote has 41 words" in refusals(tmp_path, limits=text)) is refused


def test_a_source_named_beside_the_ruling_one_is_held_to_the_same_rules(tmp_path: Path) -> None:
    also = 'also = [{ source = "RECALLED", locator = "x", verification = "second_hand" }]\n'
    assert "evidence.also[0]: is second_hand, better than its source RECALLED" in refusals(
        tmp_path, limits=LIMIT + also
    )


def test_a_worse_status_than_the_source_is_accepted(tmp_path: Path) -> None:
    text = LIMIT.replace("excerpt_or_abstract", "recalled")
    assert refusals(tmp_path, limits=text) == ""


def test_what_nobody_read_never_calls_an_interaction_harmless(tmp_path: Path) -> None:
    said = refusals(tmp_path, interactions=INTERACTION)
    assert "a recalled record may not lower an interaction to a note" in said
    assert refusals(tmp_path, interactions=INTERACTION.replace('"note"', '"warn"')) == ""


def test_our_own_number_never_satisfies_a_gate(tmp_path: Path) -> None:
    said = refusals(tmp_path, thresholds=THRESHOLD)
    assert "a project_default record may not permit anything" in said
    warns_only = THRESHOLD.replace('permits = ["discharge"]\n', "")
    assert refusals(tmp_path, thresholds=warns_only) == ""


def test_a_protocol_needs_a_source_somebody_read(tmp_path: Path) -> None:
    assert "a protocol may not rest on a recalled record" in refusals(tmp_path, protocols=PROTOCOL)


def test_a_number_deep_inside_a_record_needs_its_unit_too(tmp_path: Path) -> None:
    text = PROTOCOL.replace("amount_mg = [10, 20]", "amount = [10, 20]")
    assert "pr_own.dose.amount: a number without a unit" in refusals(tmp_path, protocols=text)


def test_a_list_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    text = PROTOCOL.replace("[10, 20]", "[10]")
    assert "pr_own.dose.amount_mg: 2 values are needed, 1 given" in refusals(
        tmp_path, protocols=text
    )


def test_a_name_that_is_nobodys_id_is_refused(tmp_path: Path) -> None:
    claim = (
        '[[claim]]\nid = "sc1"\narticle = "000"\ntopic = "t"\nclaim = "c"\nverdict = "agree"\n'
        '[claim.evidence]\nsource = "READ"\nlocator = "x"\nverification = "recalled"\n'
    )
    limit = LIMIT.replace('owner = "guideline"', 'owner = "guideline"\nprotocols = ["pr_gone"]')
    said = refusals(tmp_path, limits=limit, claims=claim)
    assert "names 'pr_gone', which does not exist" in said


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BrokenFacts, match=r"limits\.toml: cannot be read"):
        check_all({"limits": (tmp_path / "limits.toml",)})

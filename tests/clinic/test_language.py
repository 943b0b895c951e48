"""English and Spanish, complete; the compiled file is the one of the written file."""

import ast
import gettext
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override
from django.utils.translation.template import templatize

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.config.messages import CONTEXT, LOCALES, compile_po, messages

SPANISH = LOCALES / "es/LC_MESSAGES/django.po"
PO = SPANISH.read_text(encoding="utf-8")
CLINIC = LOCALES.parent
ROOMS = (CLINIC, CLINIC.parent / "patient")

# How a text is marked: the function to the number of its arguments that are text.
MARKS = {"gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
MARKS |= {name + "_lazy": n for name, n in MARKS.items()} | {"gettext_noop": 1}
# A call in a template made ready for gettext, which blanks out everything that is not one.
CALL = re.compile(r"""\b(?:n?p?gettext|_)\((?:[^'")]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\)""")


def texts_in_use() -> Iterator[tuple[Path, str]]:
    """Every text of the pages that is marked for translation, keyed as `messages` keys it."""
    for file in sorted(f for room in ROOMS for f in room.rglob("*.py")):
        yield from ((file, text) for text in texts_of_python(file.read_text(encoding="utf-8")))
    for file in sorted(f for room in ROOMS for f in room.glob("*/templates/**/*.*")):
        yield from ((file, text) for text in texts_of_template(file.read_text(encoding="utf-8")))


def texts_of_template(source: str) -> Iterator[str]:
    for call in CALL.findall(templatize(source)):
        yield from _texts(ast.parse(call), {**dict(zip(MARKS, MARKS, strict=True)), "_": "gettext"})


def texts_of_python(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    names = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
    }
    yield from _texts(tree, names)


def _texts(tree: ast.AST, names: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", "") or names.get(getattr(node.func, "id", ""), "")
        if called in MARKS:
            said = [_said(argument) for argument in node.args[: MARKS[called]]]
            context = said.pop(0) + CONTEXT if "pgettext" in called else ""
            yield context + "\0".join(said)


def _said(argument: ast.expr) -> str:
    literal = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return argument.value if literal else ast.unparse(argument)


def test_the_compiled_file_is_current() -> None:
    assert SPANISH.with_suffix(".mo").read_bytes() == compile_po(PO), (
        "run: python -m reprieve.clinic.config.messages"
    )


def test_the_standard_library_reads_what_we_compile() -> None:
    read = gettext.GNUTranslations(io.BytesIO(compile_po(PO)))

    assert read.gettext("Patients") == "Pacientes"
    assert read.ngettext("%(n)s entry of the record was not used", "x", 1).startswith(
        "%(n)s anotación"
    )


def test_every_text_in_use_has_its_spanish() -> None:
    spanish = messages(PO)
    missing = {
        text: str(file.relative_to(CLINIC.parent))
        for file, text in texts_in_use()
        if not all(spanish.get(text, "").split("\0"))
    }

    assert not missing


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ('{% translate "Weight" %}', "Weight"),
        ("{% translate 'Weight' as heading %}", "Weight"),
        ('{% translate "Over 5 % less" %}', "Over 5 %% less"),
        ('{% translate "Hold" context "finding" %}', f"finding{CONTEXT}Hold"),
        ('{{ weight|default:_("not known") }}', "not known"),
        ('{% include "ui/empty.html" with said=_("None (yet)") %}', "None (yet)"),
        ("{% blocktranslate %}Day {{ day }}{% endblocktranslate %}", "Day %(day)s"),
        ("{% blocktranslate trimmed %}\n Two\n lines\n{% endblocktranslate %}", "Two lines"),
        (
            "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
            "%(n)s day\0%(n)s days",
        ),
    ],
)
def test_a_text_marked_in_a_template_is_collected(marked: str, text: str) -> None:
    assert list(texts_of_template(f'<p class="x">It\'s</p>{marked}<p>_("no")</p>')) == [text]


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ('from django.utils.translation import gettext as _g\n_g("Wei" "ght")', "Weight"),
        ('from django.utils.translation import gettext_lazy as _\nX = [_("Dose")]', "Dose"),
        ('from django.utils import translation\ntranslation.gettext("Dose")', "Dose"),
        (
            'from django.utils.translation import ngettext as some\nsome("a day", "%(n)s days", n)',
            "a day\0%(n)s days",
        ),
        (
            'from django.utils.translation import pgettext\npgettext("finding", "Hold")',
            f"finding{CONTEXT}Hold",
        ),
        # What is not written there cannot be collected: its source stands for it, and is missing.
        ("from django.utils.translation import gettext as _\n_(name.title())", "name.title()"),
    ],
)
def test_a_text_marked_in_python_is_collected(marked: str, text: str) -> None:
    assert list(texts_of_python(marked)) == [text]


def test_a_translation_keeps_the_placeholders_of_its_text() -> None:
    for text, translated in messages(PO).items():
        if text:
            wanted = set(re.findall(r"%\(\w+\)[sg]|\{\w+[^}]*\}", text))
            assert set(re.findall(r"%\(\w+\)[sg]|\{\w+[^}]*\}", translated)) == wanted, text


@pytest.mark.django_db
def test_a_clinic_speaks_its_language(
    other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    page = signed_in(other_clinic, Role.NURSE).get("/patients/")

    assert "Registrar un paciente" in page.content.decode()


@pytest.mark.django_db
def test_times_are_shown_in_the_zone_of_the_clinic(
    nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    from datetime import UTC, datetime

    from reprieve.clinic.patients.services import record_chart_row

    from .conftest import a_patient

    patient = a_patient(nurse)
    # 03:30 UTC on 2 November is 21:30 on 1 November in Chicago (UTC−6).
    fields = {"kind": "29463-7", "text": "weight", "value": 70, "unit": "kg"}
    fields["measured_at"] = datetime(2026, 11, 2, 3, 30, tzinfo=UTC)
    record_chart_row(patient=patient, section="observations", fields=fields, by=nurse)

    page = signed_in(nurse.clinic, Role.NURSE).get(f"/patients/{patient.pk}/").content.decode()

    assert "Nov 1, 2026" in page
    assert "Nov 2, 2026" not in page


def test_a_dose_reads_the_same_in_both_languages() -> None:
    for language in ("en", "es"):
        with override(language):
            assert (
                Template("{{ x|floatformat:1 }} {{ x }}").render(Context({"x": 67.5}))
                == "67.5 67.5"
            )

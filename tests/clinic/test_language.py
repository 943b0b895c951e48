"""English and Spanish, complete; the compiled file is the one of the written file."""

import gettext
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.config.messages import LOCALES, compile_po, messages

SPANISH = LOCALES / "es/LC_MESSAGES/django.po"
PO = SPANISH.read_text(encoding="utf-8")


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


def test_every_text_that_was_collected_is_translated() -> None:
    assert PO.count('\nmsgstr ""\n\n') == 0
    assert not re.search(r'^msgstr\[\d\] ""$', PO, re.MULTILINE)


def test_a_translation_keeps_the_placeholders_of_its_text() -> None:
    for text, translated in messages(PO).items():
        if text:
            wanted = set(re.findall(r"%\(\w+\)[sg]|\{\w+\}", text))
            assert set(re.findall(r"%\(\w+\)[sg]|\{\w+\}", translated)) == wanted, text


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

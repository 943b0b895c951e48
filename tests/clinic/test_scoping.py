"""Every query of clinical rows begins with `for_clinic`: read from the source, so that it cannot be forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

import reprieve
from reprieve.clinic.patients.models import ClinicSet

SOURCE = Path(reprieve.__file__).parent
READERS = ("views.py", "selectors.py", "search.py", "forms.py")
WRITES = {"create", "bulk_create", "get_or_create"}  # they name the clinic among their values


def clinical_models() -> set[str]:
    return {
        m.__name__ for m in apps.get_models() if isinstance(m._default_manager.all(), ClinicSet)
    }


def unscoped(tree: ast.AST, models: set[str]) -> Iterator[int]:
    """Lines where `Model.objects.<method>` is not `for_clinic`, or a table is reached by name."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
            continue
        manager = node.value
        if manager.attr not in ("objects", "_default_manager"):
            continue
        owner = manager.value
        ours = (isinstance(owner, ast.Name) and owner.id in models) or isinstance(
            owner, ast.Subscript
        )
        if ours and node.attr != "for_clinic" and node.attr not in WRITES:
            yield node.lineno


def readers() -> list[Path]:
    folders = [SOURCE / name for name in ("clinic", "patient", "api", "gateway")]
    files = (p for folder in folders for p in folder.rglob("*.py"))
    return sorted(p for p in files if p.name in READERS or p.parent.name == "views")


def test_no_view_or_selector_reads_clinical_rows_without_the_clinic() -> None:
    models = clinical_models()
    found = [
        f"{file.relative_to(SOURCE)}:{line}"
        for file in readers()
        for line in unscoped(ast.parse(file.read_text()), models)
    ]

    assert found == [], "begin with Model.objects.for_clinic(clinic)"


def test_the_check_looks_at_the_pages_of_the_patient() -> None:
    looked_at = {str(p.relative_to(SOURCE)) for p in readers()}

    assert {"clinic/patients/views.py", "clinic/patients/selectors.py"} <= looked_at
    assert {"Patient", "Condition", "SessionEvent", "Assessment"} <= clinical_models()


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("Patient.objects.filter(pk=1)", True),
        ("Patient.objects.get(pk=1)", True),
        ("CHART[section].objects.all()", True),
        ("Patient.objects.for_clinic(clinic).get(pk=1)", False),
        ("User.objects.get(pk=1)", False),
    ],
)
def test_what_the_check_catches(line: str, caught: bool) -> None:
    assert bool(list(unscoped(ast.parse(line), {"Patient"}))) is caught

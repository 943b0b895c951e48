"""How long the list, the search and a chart take with 50,000 patients, and how many queries.

    .venv/bin/python benchmarks/clinic_pages.py [--patients 50000] [--keep FOLDER]

Seeds an SQLite database of invented people (in FOLDER, else in a temporary one), opens each page
through the whole of Django as a signed-in nurse, and prints the median and the slowest of 20 after one uncounted.
Budget (issue 2): at most 20 queries and 200 ms a page.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from datetime import date, timedelta
from pathlib import Path

BUDGET_MS, BUDGET_QUERIES, REPEATS, BATCH = 200, 20, 20, 5000
BUDGETED = ("today", "patient list", "search", "chart", "correct")  # the others are only reported


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=50_000)
    parser.add_argument("--keep", help="folder for the database; used again when it is there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(args.keep or temporary)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["REPRIEVE_HOME"] = str(home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "reprieve.clinic.config.settings.demo"
        return run(args.patients)


def run(patients: int) -> int:
    from reprieve.clinic.commands import start

    start.use("demo")
    start.prepare()
    from reprieve.clinic.accounts.models import Clinic

    if not Clinic.objects.filter(name="Benchmark").exists():
        seed(patients)
    return report(measure())


def seed(patients: int) -> None:
    from django.db import transaction

    from reprieve.clinic.accounts.models import Clinic, Membership, Role, User

    clinic = Clinic.objects.create(name="Benchmark", time_zone="America/Chicago")
    nurse = User.objects.create_user("nurse@benchmark.example", full_name="A nurse")
    Membership.objects.create(user=nurse, clinic=clinic, role=Role.NURSE)
    chance = random.Random(7)
    for first in range(0, patients, BATCH):
        with transaction.atomic():
            add_batch(clinic, nurse, chance, range(first, min(first + BATCH, patients)))


def add_batch(clinic: object, nurse: object, chance: random.Random, numbers: range) -> None:
    from django.utils import timezone

    from reprieve.clinic.commands.demo_data_people import FAMILY, GIVEN, PAINS
    from reprieve.clinic.patients import models, search

    people, words, conditions, medicines, weights = [], [], [], [], []
    for number in numbers:
        names = (
            chance.choice(FAMILY) + chance.choice(("", "-Ruiz", "son", "er")),
            chance.choice(GIVEN["female"]),
        )
        born = date(1940, 1, 1) + timedelta(days=chance.randint(0, 24_000))
        person = models.Patient(
            id=uuid.UUID(int=chance.getrandbits(128), version=4),
            clinic=clinic, family_name=names[0], given_names=names[1], birth_date=born,
        )  # fmt: skip
        people.append(person)
        found_by = search.words_of(person, [f"H-{number}"])
        words += [models.SearchWord(clinic=clinic, patient=person, word=w) for w in found_by]
        common = {"clinic": clinic, "patient": person, "recorded_by": nurse}
        conditions.append(models.Condition(text=chance.choice(PAINS)[0], pain=True, **common))
        medicines += [
            models.MedicationStatement(text=t, **common) for t in ("gabapentin", "duloxetine")
        ]
        weights.append(
            models.Observation(
                kind="29463-7",
                text="weight",
                value=80,
                unit="kg",
                measured_at=timezone.now(),
                **common,
            )
        )
    for rows in (people, words, conditions, medicines, weights):
        type(rows[0]).objects.bulk_create(rows, batch_size=500)


def measure() -> list[tuple[str, int, list[float]]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from reprieve.clinic.accounts.models import User
    from reprieve.clinic.patients.models import Patient

    nurse = User.objects.get(email="nurse@benchmark.example")
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(nurse, backend="allauth.account.auth_backends.AuthenticationBackend")
    patient = Patient.objects.filter(clinic__name="Benchmark").order_by("pk")[
        20_000 % Patient.objects.count()
    ]
    pages = {
        "today": "/",
        "patient list, first page": "/patients/",
        "patient list, page 1,900": "/patients/?page=1900",
        "search, one common name": "/patients/?q=garrido",
        "search, one letter": "/patients/?q=g",
        "search, two parts": "/patients/?q=tan+ada",
        "search, nobody": "/patients/?q=xyzzy",
        "chart": f"/patients/{patient.pk}/",
        "intake": f"/patients/{patient.pk}/intake/",
        "assessment": f"/patients/{patient.pk}/assessment/",
        "plan": f"/patients/{patient.pk}/plan/?protocol=pr_iv_80mg_over_2h&start_on=2026-12-01",
        "correct a row": f"/patients/{patient.pk}/conditions/{patient.conditions.get().pk}/correct/",
    }
    rows = []
    for name, address in pages.items():
        times = []
        browser.get(address)  # once uncounted: templates are compiled when they are first drawn
        for _ in range(REPEATS):
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                status = browser.get(address).status_code
            times.append(1000 * (time.perf_counter() - began))
            if status != 200:
                raise SystemExit(f"{address} answered {status}")
        asked = [q for q in queries if not q["sql"].startswith(("BEGIN", "COMMIT"))]
        rows.append((name, len(asked), times))
    return rows


def report(rows: list[tuple[str, int, list[float]]]) -> int:
    print(f"| page | queries | median ms | slowest of {REPEATS}, ms |\n|---|---:|---:|---:|")
    over = False
    for name, queries, times in rows:
        print(f"| {name} | {queries} | {statistics.median(times):.0f} | {max(times):.0f} |")
        if name.startswith(BUDGETED):
            over |= queries > BUDGET_QUERIES or max(times) > BUDGET_MS
    print(
        f"\nBudget of {', '.join(BUDGETED)}: {BUDGET_QUERIES} queries, {BUDGET_MS} ms: {'OVER' if over else 'kept'}."
    )
    return int(over)


if __name__ == "__main__":
    sys.exit(main())

"""What the browser reckons is what Python reckons: levels, totals, advisories, what is due."""

import json
import math
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from reprieve import knowledge
from reprieve.core.dosing.order import TOLERANCE, Order
from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Population, Route, simulate
from reprieve.core.pkpd.modal_form import modal_form, modal_form_json
from reprieve.core.session.advisories import (
    CLOSE_WATCH,
    RELATIVE,
    check_observations,
    next_set_due,
    order_limits,
)
from reprieve.core.session.events import Event, EventKind, in_force
from reprieve.core.session.readings import (
    CLOSER_WATCH,
    PARAMETERS,
    VITAL_SIGNS,
    WATCHED,
    Baseline,
    observe,
)
from reprieve.core.session.state import TRANSITIONS, state_of

JS = Path(__file__).parents[2] / "src/reprieve/clinic/ui/static/reprieve/js"
K = EventKind
ADULT = Covariates(weight_kg=82.0, age_years=51.0)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OWN = {"systolic_mmhg": 124.0, "diastolic_mmhg": 76.0, "spo2_percent": 98.0}
ORDER = Order(
    start_rate_mg_per_h=30,
    maximum_rate_mg_per_h=60,
    maximum_total_mg=90,
    weight_kg=82,
    step_mg_per_h=10,
    bolus_mg=5,
    hold_systolic_mmhg=175,
    call_systolic_mmhg=165,
    hold_spo2_percent=93,
    call_distress=7,
)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """An empty page with the modules in it; no clinic, no network."""
    page = browser.new_page()
    page.goto("about:blank")
    for name in ("level.js", "fold.js"):
        page.add_script_tag(content=(JS / name).read_text())
    return page


def a_history(seed: int) -> tuple[list[dict[str, float]], list[Dose]]:
    """Random rates with a pause, a restart and boluses, as segments of the clock and as doses. Minutes."""
    dice = random.Random(seed)
    at, segments = 0.0, []
    for n in range(dice.randint(3, 7)):
        minutes = dice.uniform(2, 40)
        if n % 3 != 2:  # every third stretch is a pause
            segments.append((at, minutes, dice.uniform(4, 60)))
        at += minutes
    boluses = [(dice.uniform(0, at), dice.uniform(1, 12)) for _ in range(dice.randint(1, 3))]
    given = [(begin, m, rate * m / 60) for begin, m, rate in segments]
    given += [(begin, 1.0, mg) for begin, mg in boluses]
    doses = [
        Dose(drug=Drug.KETAMINE, route=Route.IV, amount_mg=mg, start_min=begin, duration_min=m)
        for begin, m, mg in given
    ]
    data = {
        "segments": [
            {"start": 60000 * a, "until": 60000 * (a + m), "rate_mg_per_h": r}
            for a, m, r in segments
        ],
        "boluses": [{"at": 60000 * a, "amount_mg": mg} for a, mg in boluses],
    }
    return data, doses


@pytest.mark.parametrize("seed", range(8))
def test_the_level_the_browser_draws_is_the_simulated_one(page: Page, seed: int) -> None:
    """Every analyte of the model in use, 1e-9 relative from 1e-4 of the peak on."""
    model = MODELS["otto-2021"]
    given, doses = a_history(seed)
    times = np.linspace(0.0, 400.0, 161)
    exact = simulate(model, ADULT, doses, times)
    form = modal_form_json(modal_form(model, ADULT, Drug.KETAMINE, Route.IV))
    ours = page.evaluate(
        """([form, given, times]) => {
             const doses = reprieve.level.doses(given, 0, 0, 1);
             return form.analytes.map((name) => [...reprieve.level.superposed(form.people[0], name, doses, times)]);
           }""",
        [form, given, list(times)],
    )
    for name, levels in zip(form["analytes"], ours, strict=True):
        profile = exact.analytes[name]
        assert profile is not None
        right = profile.typical_ng_per_ml
        seen = right >= 1e-4 * right.max()
        assert seen.sum() > 100
        worst = np.max(np.abs(np.array(levels) - right)[seen] / right[seen])
        assert worst <= 1e-9, (name, worst)


def test_the_band_the_browser_draws_is_that_of_the_same_invented_people(page: Page) -> None:
    model = MODELS["otto-2021"]
    given, doses = a_history(3)
    times = np.linspace(0.0, 240.0, 49)
    people = Population(n=100, seed=1, percentiles=(5.0, 95.0))
    exact = simulate(model, ADULT, doses, times, population=people)
    form = modal_form_json(modal_form(model, ADULT, Drug.KETAMINE, Route.IV, drawn=100, seed=1))
    for name in form["analytes"]:
        profile = exact.analytes[name]
        assert profile is not None
        band = page.evaluate(
            "([form, name, given, times]) => reprieve.level.band(form, name, reprieve.level.doses(given, 0, 0, 1), times)",
            [form, name, given, list(times)],
        )
        for side, share in (("low", 5.0), ("high", 95.0)):
            right = profile.percentiles_ng_per_ml[share]
            seen = right >= 1e-4 * right.max()
            worst = np.max(np.abs(np.array(band[side]) - right)[seen] / right[seen])
            assert worst <= 1e-8, (name, side, worst)


def test_a_term_with_a_power_of_time_and_a_fixed_duration_of_its_own(page: Page) -> None:
    """k = 2 over T = 3 min at tau = 5, by hand: the integral of a (5 - s)^2 exp(-r (5 - s)) / T over s in 0..3."""
    rate, amplitude, tau, length = 0.2, 7.0, 5.0, 3.0

    def antiderivative(u: float) -> float:  # of u^2 exp(-r u)
        return -math.exp(-rate * u) * (u * u / rate + 2 * u / rate**2 + 2 / rate**3)

    right = 4.0 * amplitude / length * (antiderivative(tau) - antiderivative(tau - length))
    part = {"duration_min": length, "terms": {"x": [[rate, 2, amplitude]]}}
    [ours] = page.evaluate(
        "([part]) => [...reprieve.level.superposed([part], 'x', [{amount_mg: 4, start_min: 0, duration_min: 99}], [5])]",
        [part],
    )
    assert ours == pytest.approx(right, rel=1e-12)


# ---- the fold


def some_events(seed: int) -> list[Event]:
    """A session as it may go: sets, rates, pauses, boluses, drugs, scores, an emergency now and then."""
    dice = random.Random(seed)
    found: list[Event] = []

    def add(kind: K, minute: float, **payload: Any) -> None:
        at = START + timedelta(minutes=minute)
        event_id = UUID(int=dice.getrandbits(128))
        found.append(
            Event(id=event_id, kind=kind, measured_at=at, recorded_at=at, by="", payload=payload)
        )

    add(K.GATE_PASSED, 0, baseline=OWN)
    minute = dice.uniform(1, 10)
    add(K.INFUSION_STARTED, minute, rate_mg_per_h=dice.choice([20, 30, 45]))
    for _ in range(dice.randint(5, 25)):
        minute += dice.uniform(0.5, 12)
        what = dice.choice("vvvvsrrbpdxeo")
        if what == "v":
            add(
                K.VITALS,
                minute,
                systolic_mmhg=dice.randint(95, 195),
                diastolic_mmhg=dice.randint(55, 115),
                heart_rate_per_min=dice.randint(45, 130),
                spo2_percent=dice.randint(87, 100),
                moaa_s_points=dice.randint(2, 5),
            )
        elif what == "s":
            add(K.DISSOCIATION, minute, distress_points=dice.randint(0, 10), pain_points=3)
        elif what == "r":
            add(K.RATE_CHANGED, minute, rate_mg_per_h=dice.choice([0, 12.5, 30, 60, 100, 200]))
        elif what == "b":
            add(K.BOLUS_GIVEN, minute, amount_mg=dice.choice([2, 5.5]))
        elif what == "p":
            add(K.INFUSION_PAUSED, minute)
            minute += dice.uniform(0.2, 5)
            add(K.INFUSION_RESUMED, minute)
        elif what == "d":
            add(K.DRUG_GIVEN, minute, drug="ondansetron", dose_mg=4)
        elif what == "x" and dice.random() < 0.3:
            add(K.INFUSION_STOPPED, minute)
        elif what == "e" and dice.random() < 0.2:
            add(K.EMERGENCY_STARTED, minute)
        elif what == "o" and found:
            old = dice.choice([e for e in found if e.kind is not K.GATE_PASSED])
            found.append(
                Event(
                    id=uuid4(),
                    kind=old.kind,
                    measured_at=old.measured_at,
                    recorded_at=START + timedelta(minutes=minute),
                    by="",
                    payload=old.payload,
                    corrects=old.id,
                    reason="twice",
                )
            )
    return found


def the_rules() -> dict[str, Any]:
    from reprieve.clinic.session import offline

    during = [t for t in knowledge.thresholds() if t.stage == "during"]
    return {
        "parameters": PARAMETERS,
        "vital_signs": VITAL_SIGNS,
        "watched": sorted(WATCHED),
        "closer_watch": sorted(CLOSER_WATCH),
        "close_watch_min": CLOSE_WATCH.total_seconds() / 60,
        "transitions": TRANSITIONS,
        "relative": RELATIVE,
        "tolerance": TOLERANCE,
        "own": OWN,
        "limits": [offline.limit_data(t) for t in during],
        "order": offline.order_data(ORDER),
    }


FOLD = """([events, rules, now]) => {
  const seen = reprieve.fold.fold(events, rules, now);
  return {state: seen.state, total: seen.totalMg, rate: seen.rate, started: seen.startedAt,
          due: reprieve.fold.nextDue(seen, rules), advisories: reprieve.fold.advisories(seen, rules, now)};
}"""


def test_the_browser_advises_and_times_as_python_does(page: Page) -> None:
    """Sixty random sessions, each looked at at four moments. A millisecond is what a browser's clock holds."""
    rules, limits = the_rules(), knowledge.thresholds()
    advised = missing = 0
    for seed in range(60):
        events = some_events(seed)
        sent = [_sent(e) for e in in_force(events)]
        last = max(e.measured_at for e in events)
        for later in (0.0, 0.4, 6.0, 21.0):
            at = last + timedelta(minutes=later)
            seen, base = observe(events, at), Baseline(values=OWN)
            right = check_observations(seen, limits, base, ORDER, at)
            due = next_set_due(seen, limits)
            ours = page.evaluate(FOLD, [sent, rules, _ms(at)])
            assert ours["state"] == state_of(events)
            assert ours["total"] == pytest.approx(seen.given_mg, rel=1e-9)
            assert ours["rate"] == seen.rate_mg_per_h
            assert (due is None) == (ours["due"] is None)
            assert due is None or ours["due"] == pytest.approx(_ms(due), abs=1)
            assert [(a["code"], a["priority"]) for a in ours["advisories"]] == [
                (a.code, int(a.priority)) for a in right
            ], (seed, later)
            for mine, theirs in zip(ours["advisories"], right, strict=True):
                assert mine["since"] == pytest.approx(_ms(theirs.since), abs=1)
                assert mine["value"] == pytest.approx(theirs.value, rel=1e-9)
                assert mine["action"] == theirs.action
            advised += len(right)
            missing += any(a.code.startswith("mon_set_due") for a in right)
    assert advised > 200
    assert missing > 50


def test_the_orders_own_limits_are_all_sent() -> None:
    from reprieve.clinic.session import offline

    sent = {limit["id"] for limit in offline.order_data(ORDER)["limits"]}

    assert sent == {code for code, *_rest, number in order_limits(ORDER) if number is not None}


def _ms(at: datetime) -> float:
    return at.timestamp() * 1000


def _sent(event: Event) -> dict[str, Any]:
    """As the page gets it: through JSON."""
    said = {k: v for k, v in event.payload.items() if k != "baseline"}
    row = {"id": str(event.id), "kind": event.kind, "at": _ms(event.measured_at), "said": said}
    found: dict[str, Any] = json.loads(json.dumps(row))
    return found

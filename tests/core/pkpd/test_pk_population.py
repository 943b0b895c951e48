"""Populations: the same people and the same percentiles whatever the way they are computed."""

import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Population, Route
from reprieve.core.pkpd import bands as bands_module
from reprieve.core.pkpd.bands import percentile_bands
from reprieve.core.pkpd.modal import direct, groups
from reprieve.core.pkpd.population import draw, normals, percentiles, philox
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number

ADULT = Covariates(weight_kg=70.0, age_years=40.0)
TIMES = np.array([0.0, 3.0, 10.0, 20.0, 30.0, 40.0, 50.0, 61.0, 90.0, 240.0, 900.0])
VARYING = [m for m in MODELS.values() if m.between_subject]


def doses_of(model_id: str) -> list[Dose]:
    def dose(route: Route, start: float, duration: float | None, mg: float = 28.0) -> Dose:
        return Dose(
            drug=Drug.ESKETAMINE,
            route=route,
            amount_mg=mg,
            start_min=start,
            duration_min=duration,
        )

    if model_id == "otto-2021":
        return [dose(Route.IV, 0.0, 40.0), dose(Route.IV, 35.5, 5.0, 7.0)]
    if model_id == "simons-2022":
        return [dose(Route.SUBLINGUAL, 0.0, None), dose(Route.IV, 30.0, 20.0)]
    return [dose(Route.INTRANASAL, 0.0, None), dose(Route.INTRANASAL, 5.0, None)]


def test_philox_gives_its_published_answers() -> None:
    """Known-answer vectors of the Random123 library for philox4x32, 10 rounds."""
    ones = np.uint64(2**64 - 1)
    for low, high, key, expected in (
        (0, 0, 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (ones, ones, ones, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ):
        words = philox(np.array([low], np.uint64), np.uint64(high), np.uint64(key))
        assert tuple(int(w[0]) for w in words) == expected


def test_a_person_is_the_same_in_any_company() -> None:
    everyone = normals(5, np.arange(1000), 6)
    some = normals(5, np.arange(700, 710), 6)
    assert np.array_equal(everyone[:, 700:710], some)
    assert not np.array_equal(everyone[:, :10], normals(6, np.arange(10), 6))


def test_a_crowd_is_drawn_by_compiled_code_and_is_the_same() -> None:
    """In the last digit cosines may differ between NumPy and compiled code."""
    crowd = normals(2**40 + 5, np.arange(10_000), 7, stream=3)
    few = normals(2**40 + 5, np.arange(500, 700), 7, stream=3)
    assert crowd[:, 500:700] == pytest.approx(few, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("n", [1, 2, 3, 100, 101])
def test_percentiles_are_numpys(n: int) -> None:
    x = np.random.default_rng(n).normal(size=(3, n))
    wanted = (0.0, 2.5, 50.0, 97.5, 100.0)
    assert percentiles(x, wanted) == pytest.approx(np.percentile(x, wanted, axis=1), rel=1e-12)


def test_draws_are_standard_normal_and_independent() -> None:
    z = normals(1, np.arange(200_000), 5)
    assert np.abs(z.mean(axis=1)).max() < 4 / np.sqrt(200_000)  # four standard errors
    assert np.abs(np.corrcoef(z) - np.eye(5)).max() < 4 / np.sqrt(200_000)
    assert np.mean(np.abs(z) < 1.959964) == pytest.approx(0.95, abs=0.001)


@pytest.mark.parametrize("model", VARYING, ids=lambda m: m.id)
def test_people_vary_as_published(model) -> None:
    typical = model.parameters(ADULT)
    drawn = draw(typical, model.between_subject, np.arange(100_000), 3)
    logs = []
    for name in model.between_subject.names:
        x = drawn[name]
        if name in model.between_subject.logit:
            logs.append(np.log(x / (1 - x)) - np.log(typical[name] / (1 - typical[name])))
        else:
            logs.append(np.log(x / typical[name]))
    omega2 = np.array(model.between_subject.omega2)
    scale = np.sqrt(np.outer(np.diag(omega2), np.diag(omega2)))
    assert np.abs(np.cov(np.array(logs)) - omega2).max() == pytest.approx(0, abs=0.02 * scale.max())


@pytest.mark.parametrize("model", VARYING, ids=lambda m: m.id)
def test_each_person_is_simulated_as_the_exact_solution_would(model) -> None:
    given = with_pair_number(doses_of(model.id))
    drawn = draw(model.parameters(ADULT), model.between_subject, np.arange(5), 11)
    people = direct(groups(model, drawn, given, 5), TIMES)
    for i in range(5):
        own = {k: float(np.broadcast_to(v, 5)[i]) for k, v in drawn.items()}
        exact = typical_curves(model, own, given)
        for a, name in enumerate(model.analytes):
            expected = exact[name].at(TIMES)
            at_all = expected > 1e-3 * expected.max()
            assert people[a, at_all, i] == pytest.approx(expected[at_all], rel=1e-5)


@pytest.mark.parametrize("model", VARYING, ids=lambda m: m.id)
def test_percentiles_do_not_depend_on_the_way_they_are_computed(
    model, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = with_pair_number(doses_of(model.id))
    p, wanted = model.parameters(ADULT), Population(n=6001, seed=2, percentiles=(2.5, 50.0, 95.0))

    def bands(threads: int) -> np.ndarray:
        return percentile_bands(model, p, given, TIMES, wanted, threads=threads)

    plain = bands(1)
    # The earliest levels behind a chain are differences of large numbers in double precision.
    visible = plain > 1e-3 * plain.max(axis=2, keepdims=True)

    def agrees(found: np.ndarray) -> bool:
        return bool(found[visible] == pytest.approx(plain[visible], rel=1e-5))

    monkeypatch.setattr(bands_module, "DIRECT_SIZE", 0)
    held = bands(1)
    assert np.array_equal(held, bands(3))
    assert agrees(held)
    monkeypatch.setattr(bands_module, "HELD", 1 << 14)
    assert agrees(bands(2))
    monkeypatch.setattr(bands_module, "STREAM_FROM", 0)
    stream = bands(1)
    assert np.array_equal(stream, bands(2))
    assert agrees(stream)
    monkeypatch.setattr(bands_module, "STREAM_BLOCK", 1000)
    monkeypatch.setattr(bands_module, "STREAM_TIMES", 4)
    assert agrees(bands(2))

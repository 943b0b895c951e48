"""A population in shards is the population, whoever runs them, in whatever order, twice if need be."""

from typing import Any

import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Population, Route
from reprieve.core.pkpd.bands import Maker, percentile_bands
from reprieve.core.pkpd.shards import sharded_bands

OTTO = MODELS["otto-2021"]
TIMES = np.array([0.0, 10.0, 40.0, 60.0, 180.0])
GIVEN = [
    (Dose(drug=Drug.KETAMINE, route=Route.IV, amount_mg=35.0, start_min=0.0, duration_min=40.0), 0)
]
PEOPLE = Population(n=9_000, seed=1, percentiles=(5.0, 50.0, 95.0))
TYPICAL = OTTO.parameters(Covariates(weight_kg=70.0, age_years=45.0))


class Backwards:
    """A client that runs its tasks when asked, the last one first, and each of them twice."""

    def submit(self, task: Any, *args: Any, **_options: Any) -> Any:
        return lambda: task(*args)

    def gather(self, futures: Any) -> Any:
        for future in futures:
            future()
        return [future() for future in reversed(futures)]


def test_number_and_order_of_shards_do_not_matter() -> None:
    maker = Maker(OTTO, TYPICAL, GIVEN, PEOPLE.seed, None)
    answers = [
        sharded_bands(Backwards(), maker, TIMES, PEOPLE, shard=s) for s in (9_000, 4_096, 1_000)
    ]
    assert np.array_equal(answers[0], answers[1])
    assert answers[2] == pytest.approx(answers[0], rel=1e-9)


def test_histogram_percentiles_are_within_a_bin_of_the_exact_ones() -> None:
    maker = Maker(OTTO, TYPICAL, GIVEN, PEOPLE.seed, None)
    found = sharded_bands(Backwards(), maker, TIMES, PEOPLE)
    exact = percentile_bands(OTTO, TYPICAL, GIVEN, TIMES, PEOPLE)
    assert found == pytest.approx(exact, rel=0.004)
    assert np.all(found[:, :, 0] == 0.0)

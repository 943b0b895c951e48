"""Populations that outgrow one machine: a shard is a range of people in, a histogram out.

Histograms add up, and a person depends on seed and number alone, so the answer is the same for any
number of workers and for shards that were run twice because a worker died. Any client with `submit`
and `gather` will do, such as dask's (`requirements/dask.in`); this module imports none.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from reprieve.core.pkpd.bands import Maker, histogram, percentiles_of_histogram
from reprieve.core.pkpd.model import Population
from reprieve.core.pkpd.transfer import Floats

SHARD = 100_000  # people in one task


class Client(Protocol):
    """What is used of a scheduler's client."""

    def submit(self, task: Any, *args: Any, **options: Any) -> Any: ...
    def gather(self, futures: Any) -> Any: ...


def sharded_bands(
    client: Client, maker: Maker, times_min: Floats, population: Population, shard: int = SHARD
) -> Floats:
    """Percentiles, shape (analytes, percentiles, times), interpolated in bins of 0.2 to 0.4 %.

    Tasks are submitted a few at a time, so memory here does not grow with the population.
    """
    total: NDArray[np.int64] | None = None
    starts = list(range(0, population.n, shard))
    for first in range(0, len(starts), 16):
        futures = [
            client.submit(
                histogram, maker, times_min, low, min(low + shard, population.n), pure=False
            )
            for low in starts[first : first + 16]
        ]
        for counts in client.gather(futures):
            total = counts.astype(np.int64) if total is None else total + counts
    assert total is not None
    return percentiles_of_histogram(total, population)

"""A population on a local cluster of worker processes, one of which is killed on the way.

python -m pip install --require-hashes -r requirements/dask.txt
python benchmarks/shards_demo.py
"""

import hashlib
import os
import signal
import threading
import time

import numpy as np

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Population, Route
from reprieve.core.pkpd.bands import Maker
from reprieve.core.pkpd.shards import sharded_bands

TIMES = np.arange(0.0, 181.0, 5.0)
PEOPLE = Population(n=2_000_000, seed=1, percentiles=(5.0, 50.0, 95.0))


def maker() -> Maker:
    otto = MODELS["otto-2021"]
    dose = Dose(
        drug=Drug.KETAMINE, route=Route.IV, amount_mg=35.0, start_min=0.0, duration_min=40.0
    )
    typical = otto.parameters(Covariates(weight_kg=70.0, age_years=45.0))
    return Maker(otto, typical, [(dose, 0)], PEOPLE.seed, None)


def run(workers: int, kill_after_s: float | None) -> str:
    """A digest of the answer. kill_after_s: when one worker process is killed outright."""
    from distributed import Client, LocalCluster

    killed: list[int] = []
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        Client(cluster) as client,
    ):
        if kill_after_s is not None:
            victim = next(iter(client.run(os.getpid).values()))

            def kill() -> None:
                time.sleep(kill_after_s)
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)

            threading.Thread(target=kill, daemon=True).start()
        start = time.perf_counter()
        bands = sharded_bands(client, maker(), TIMES, PEOPLE, shard=50_000)
        taken = time.perf_counter() - start
    digest = hashlib.sha256(np.ascontiguousarray(bands).tobytes()).hexdigest()[:16]
    print(f"{workers} worker(s), {len(killed)} killed: {taken:.1f} s, answer {digest}", flush=True)
    return digest


if __name__ == "__main__":
    answers = {run(1, None), run(2, None), run(2, 1.0)}
    assert len(answers) == 1, answers
    print("the same answer each time")

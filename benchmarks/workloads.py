"""The standard workloads of the pharmacology benchmarks (mg, L, min, ng/mL).

Domino 1984 at 70 kg with a norketamine of workload constants (not a clinical model), 35 mg.
W1 one person, 40 min, each second of 3 h. W2 10,000 people (CL and V1 with SD of the log 0.30), 60
min, each minute of 3 h. W3 1,000 of them, six infusions 14 days apart, each 15 min of 84 days.
W4 the most probable CL, V1, Q2 and V2 of one person (prior SD of the log 0.30) from six levels of the 40-min
infusion with 15 % error. W5 the largest 40-min rate at which 95 % of 1,000 people stay below 250 ng/mL.
"""

from typing import Any, ClassVar

import numpy as np

from reprieve.core.pkpd import Dose, Drug, Route
from reprieve.core.pkpd.model import Residual, System, Variability
from reprieve.core.pkpd.models.shared import intravenous
from reprieve.core.pkpd.simulate import typical_curves
from reprieve.core.pkpd.transfer import Hub, Spoke

K10, K12, K13, K21, K31 = 0.4381, 0.5921, 0.5900, 0.2470, 0.0146
V1 = 0.063 * 70.0
CL, Q2, Q3 = K10 * V1, K12 * V1, K13 * V1
V2 = Q2 / K21
FM, VN1, VN2, CLN, QN = 0.80 * 223.70 / 237.73, 40.0, 100.0, 0.75, 1.0
DOSE = 35.0
T1, T2, T3 = np.arange(10801) / 60.0, np.arange(181.0), np.arange(8065) * 15.0


def parameters(_person: Any) -> dict[str, Any]:
    return {"cl": CL, "v1": V1, "q2": Q2, "v2": V2}


def system(p: Any) -> System:
    v1, q2, v2 = p["v1"], p.get("q2", Q2), p.get("v2", V2)
    body = Hub(p["cl"] / v1, (Spoke(q2 / v1, q2 / v2), Spoke(Q3 / v1, K31))).hub_to_hub()
    nk = Hub(CLN / VN1, (Spoke(QN / VN1, QN / VN2),)).hub_to_hub()
    return System(
        transfers={
            ("central", "ketamine"): body.times(1000.0 / v1),
            ("central", "norketamine"): body.then(nk, FM * p["cl"] / v1 * (1000.0 / VN1)),
        },
        cl_l_per_h={"ketamine": p["cl"] * 60.0, "norketamine": CLN * 60.0},
    )


def independent(*names: str) -> Variability:
    """SD of the log 0.30 each, without correlation."""
    k = len(names)
    rows = tuple(tuple(0.09 if i == j else 0.0 for j in range(k)) for i in range(k))
    return Variability(names=names, omega2=rows)


class Workload:
    """As much of a model as the functions measured need."""

    id = "workload"
    analytes = ("ketamine", "norketamine")
    parameters = staticmethod(parameters)
    system = staticmethod(system)
    inputs = staticmethod(intravenous)
    between_subject = independent("cl", "v1")
    residual: ClassVar[dict[str, Residual]] = {"ketamine": Residual(proportional=0.15)}


class FourEtas(Workload):
    """W4."""

    between_subject = independent("cl", "v1", "q2", "v2")


SAMPLES = (20.0, 40.0, 60.0, 90.0, 120.0, 180.0)  # of W4, min


def subjects(n: int = 200) -> Any:
    """Levels of W4, (n, 6): drawn people's exact levels times 1 + 0.15 z."""
    random = np.random.default_rng(20240805)
    eta, z = 0.3 * random.standard_normal((n, 4)), random.standard_normal((n, 6))
    typical = np.array([CL, V1, Q2, V2])
    found = []
    for own in typical * np.exp(eta):
        p = dict(zip(("cl", "v1", "q2", "v2"), own.tolist(), strict=True))
        curve = typical_curves(FourEtas, p, infusions(40.0))["ketamine"]  # type: ignore[arg-type]
        found.append(curve.at(np.array(SAMPLES)))
    return np.array(found) * (1.0 + 0.15 * z)


def people(n: int) -> dict[str, Any]:
    z = np.random.default_rng(20240801).standard_normal((10_000, 2))[:n]
    return {"cl": CL * np.exp(0.30 * z[:, 0]), "v1": V1 * np.exp(0.30 * z[:, 1])}


def infusions(minutes: float, starts: tuple[float, ...] = (0.0,)) -> list[tuple[Dose, int]]:
    return [
        (
            Dose(
                drug=Drug.KETAMINE,
                route=Route.IV,
                amount_mg=DOSE,
                start_min=s,
                duration_min=minutes,
            ),
            0,
        )
        for s in starts
    ]


EVERY_14_DAYS = tuple(14 * 1440.0 * k for k in range(6))  # the infusions of W3

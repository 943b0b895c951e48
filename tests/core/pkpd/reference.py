"""The models again, as compartments and arrows, solved with 40 digits. Shares no code with ours.

A graph maps (from, to) to a rate constant in 1/min; `to` None leaves the body. Levels come from the
matrix exponential of the whole graph, with one more state that carries a constant input.
"""

from dataclasses import dataclass

import mpmath as mp

Graph = dict[tuple[str, str | None], mp.mpf]


@dataclass(frozen=True)
class Given:
    """An amount into a compartment over a duration (0: at once), from a start, in mg and min."""

    into: str
    amount: mp.mpf
    start: float
    duration: mp.mpf


def levels(
    graph: Graph, volumes: dict[str, mp.mpf], given: list[Given], times: list[float], dps: int = 40
) -> dict[str, list[mp.mpf]]:
    """ng/mL in each compartment with a volume (L), at each time (min)."""
    with mp.workdps(dps):
        names = sorted({n for arrow in graph for n in arrow if n})
        index = {n: i for i, n in enumerate(names)}
        size = len(names)
        base = mp.zeros(size + 1)
        for (a, b), rate in graph.items():
            base[index[a], index[a]] -= rate
            if b:
                base[index[b], index[a]] += rate
        out: dict[str, list[mp.mpf]] = {n: [] for n in volumes}
        for t in times:
            total = mp.zeros(size + 1, 1)
            for g in given:
                tau = mp.mpf(t) - mp.mpf(g.start)
                if tau < 0 or (tau == 0 and g.duration > 0):
                    continue
                total += _one(base, index[g.into], g, tau)
            for n, v in volumes.items():
                out[n].append(1000 * total[index[n]] / v)
        return out


def _one(base: mp.matrix, entry: int, g: Given, tau: mp.mpf) -> mp.matrix:
    size = base.rows - 1
    state = mp.zeros(size + 1, 1)
    if g.duration == 0:
        state[entry] = g.amount
        return mp.expm(base * tau) * state
    running = base.copy()
    running[entry, size] = g.amount / g.duration
    state[size] = 1
    on = min(tau, g.duration)
    state = mp.expm(running * on) * state
    state[size] = 0
    return mp.expm(base * (tau - on)) * state if tau > on else state


def plasma(cl: object, v1: object, *pairs: tuple[object, object], name: str = "k") -> Graph:
    """Mammillary arrows without the elimination: (q, v) of each peripheral compartment."""
    v1 = mp.mpf(v1)
    graph: Graph = {}
    for i, (q, v) in enumerate(pairs):
        graph[name, f"{name}p{i}"] = mp.mpf(q) / v1
        graph[f"{name}p{i}", name] = mp.mpf(q) / mp.mpf(v)
    return graph


def otto() -> tuple[Graph, dict[str, mp.mpf]]:
    with mp.workdps(40):
        h = mp.mpf(60)
        graph = plasma(0, 133, (23.2 / h, 187), (157 / h, mp.mpf(98.8)))
        graph |= plasma(0, mp.mpf(98.638), (mp.mpf(42.778) / h, mp.mpf(160.04)), name="nk")
        graph["k", "nk"] = mp.mpf(95.2) / h / 133
        graph["nk", None] = mp.mpf(57.72) / h / mp.mpf(98.638)
        return graph, {"k": mp.mpf(133), "nk": mp.mpf(98.638)}


def simons() -> tuple[Graph, dict[str, mp.mpf]]:
    """Amounts of norketamine and its successor are carried as moles of ketamine would weigh, so
    the molar factors 223.70/237.73 and 239.70/237.73 stand in the volumes."""
    with mp.workdps(40):
        m = mp.mpf
        graph = plasma(0, 11.6, (m(2.43), m(39)), (m(1.21), m(174)))
        graph |= plasma(0, 11.6, (m(2.63), m(221)), name="nk")
        graph |= plasma(0, 4.4, (m(1.70), m(87.5)), name="hnk")
        v1, vh, chain, chain2 = m(11.6), m(4.4), 2 / m(20.1), 2 / m(1.12)
        graph |= {
            ("k", "a1"): m(1.48) / v1,
            ("a1", "a2"): chain,
            ("a2", "nk"): chain * m(0.80),
            ("a2", None): chain * (1 - m(0.80)),
            ("nk", "b1"): m(1.00) / v1,
            ("b1", "b2"): chain2,
            ("b2", "hnk"): chain2 * m(0.70),
            ("b2", None): chain2 * (1 - m(0.70)),
            ("hnk", None): m(0.933) / vh,
            ("mucosa", "k"): m(0.04),
            ("gut", "liver"): m(0.049),
            ("liver", "a1"): 1 / m(10.7),
        }
        k, nk, hnk = m(237.73), m(223.70), m(239.70)
        return graph, {"k": v1, "nk": v1 * k / nk, "hnk": vh * k / hnk}


def perez() -> tuple[Graph, dict[str, mp.mpf]]:
    with mp.workdps(40):
        m, h = mp.mpf, mp.mpf(60)
        vc, vh, qh = m(192), m(101), m(151) / h
        graph = plasma(0, vc, (m(84.3) / h, m(143)), (m(37.6) / h, m(417)))
        graph |= plasma(0, 70, (m(26.1) / h, m(115)), name="nk")
        graph |= {
            ("k", "liver"): qh / vc,
            ("liver", "k"): qh / vh,
            ("liver", None): m(1.11) / h,
            ("liver", "nk"): m(2.77) / h,
            ("nk", None): m(38) / h / 70,
            ("nose", "k"): m(2.93) / h,
            ("swallowed", "liver"): m(1.45) / h,
            ("stomach", "liver"): m(0.97) / h,
        }
        return graph, {"k": vc, "nk": m(70)}

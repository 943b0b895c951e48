"""Mixed model and hazard ratios against R on data that may not ship with us.

    .venv/bin/python benchmarks/outcomes_judge.py FOLDER

FOLDER holds `sleepstudy.csv` of R's lme4 and `lung.csv` of R's survival, as `write.csv` writes them.
The figures are what lme4 1.1 and survival 3 print.
"""

import csv
import sys
from pathlib import Path

from reprieve.core.outcomes.cox import hazard_ratios
from reprieve.core.outcomes.mixed import fit_mixed

# Reaction ~ Days + (Days | Subject), REML; Bates 2015, J Stat Softw 67(1), prints the same.
SLEEP = {"one": (251.4051048485, 6.824596695), "Days": (10.4672859596, 1.5457890)}
SLEEP_CRITERION = 1743.628
# Surv(time, status) ~ age + sex + ph.ecog, ties after Efron.
LUNG = {
    "age": (0.01106676456, 0.0092674110137),
    "sex": (-0.5526123957, 0.16773905379),
    "ph.ecog": (0.46372847537, 0.11357726616),
}


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    worst = max(*_sleep(folder / "sleepstudy.csv"), *_lung(folder / "lung.csv"))
    print(f"largest difference of an estimate: {worst:.1e}; asked for: 1e-5")
    return 0 if worst <= 1e-5 else 1


def _sleep(path: Path) -> list[float]:
    lines = _lines(path)
    days = [float(line["Days"]) for line in lines]
    found = fit_mixed(
        [float(line["Reaction"]) for line in lines],
        {"one": [1.0] * len(lines), "Days": days},
        [line["Subject"] for line in lines],
        slopes=["Days"],
    )
    print(f"sleepstudy: REML criterion {found.reml_criterion:.3f}, lme4 {SLEEP_CRITERION}")
    return [
        _difference(f"sleepstudy {name}", found.fixed[name].estimate, found.fixed[name].se, by_r)
        for name, by_r in SLEEP.items()
    ]


def _lung(path: Path) -> list[float]:
    lines = [line for line in _lines(path) if line["ph.ecog"] not in ("", "NA")]
    found = hazard_ratios(
        [float(line["time"]) for line in lines],
        [line["status"] == "2" for line in lines],
        {name: [float(line[name]) for line in lines] for name in LUNG},
    )
    return [
        _difference(f"lung {name}", found[name].log_ratio, found[name].se, by_r)
        for name, by_r in LUNG.items()
    ]


def _difference(name: str, estimate: float, se: float, by_r: tuple[float, float]) -> float:
    print(f"{name}: {estimate:.10g} (SE {se:.8g}), R {by_r[0]:.10g} (SE {by_r[1]:.8g})")
    return abs(estimate - by_r[0])


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main())

"""The models against published levels and exposures, run afresh each time the report is made.

Two kinds that must not be mixed: a model against the data or tables it came from shows only that it
was coded as published; against anything else it is a prediction, and only that is validation.
Expected misses stay misses: no tolerance is widened to hide one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from reprieve.core.pkpd.enantiomers import simulate_enantiomers
from reprieve.core.pkpd.interactions import PRECIPITANTS
from reprieve.core.pkpd.model import (
    SPRAY_PAIR_MG,
    AnalyteProfile,
    Ancestry,
    Covariates,
    Dose,
    Drug,
    PkModel,
    Product,
    Route,
)
from reprieve.core.pkpd.models import MODELS
from reprieve.core.pkpd.simulate import simulate
from reprieve.core.pkpd.transfer import Floats

S, RACEMIC = Drug.ESKETAMINE, Drug.KETAMINE


class Kind(StrEnum):
    CODED = "coded as published"
    PREDICTED = "independent prediction"
    CALIBRATED = "calibrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure. tolerance_percent as stated with the case before our models were run.

    expected_miss: why the model is known not to reach this figure; None where it should.
    """

    case: str
    kind: Kind
    model: str
    what: str
    published: float
    ours: float
    tolerance_percent: float
    expected_miss: str | None = None

    @property
    def error_percent(self) -> float:
        return 100.0 * (self.ours / self.published - 1.0)

    @property
    def inside(self) -> bool:
        return abs(self.error_percent) <= self.tolerance_percent

    @property
    def verdict(self) -> str:
        if self.inside:
            return "inside"
        return "MISS, expected" if self.expected_miss else "MISS"


def person(
    weight_kg: float = 70.0, age: float = 30.0, ancestry: Ancestry | None = None
) -> Covariates:
    return Covariates(weight_kg=weight_kg, age_years=age, ancestry=ancestry or Ancestry.CAUCASIAN)


def _dose(
    drug: Drug,
    route: Route,
    mg: float,
    start: float = 0.0,
    minutes: float | None = None,
    product: Product | None = None,
) -> Dose:
    return Dose(
        drug=drug,
        route=route,
        amount_mg=mg,
        start_min=start,
        duration_min=minutes,
        product=product,
    )


def _run(
    model: PkModel, who: Covariates, doses: Sequence[Dose], times: Sequence[float] | Floats
) -> dict[str, AnalyteProfile]:
    found = simulate(model, who, doses, np.asarray(times, np.float64)).analytes
    return {name: analyte for name, analyte in found.items() if analyte is not None}


def all_rows() -> list[Row]:
    """Every case, every model it applies to."""
    return [
        *_v01_hasan(),
        *_v02_otto(),
        *_v03_simons_infusion(),
        *_v04_film(),
        *_v05_nasal(),
        *_v06_forty_minutes(),
        *_v08_wafer(),
        *_v11_clearance(),
        *_v11_enantiomers(),
        *_v14_v15_interactions(),
        *_v16_crps(),
        *_v17_five_days(),
        *_v18_mass_balance(),
    ]


def _v01_hasan() -> Iterator[Row]:
    """Racemic 5 mg over 30 min, n 15 (Hasan). The 30 min were not seen in the text read: only the
    peak depends on them."""
    for model in MODELS.values():
        found = _run(model, person(), [_dose(RACEMIC, Route.IV, 5.0, 0.0, 30.0)], [0.0, 60.0])
        k = found["ketamine"]
        case = "V01 racemic 5 mg IV, 30 min"
        base: dict[str, Any] = {"case": case, "kind": Kind.PREDICTED, "model": model.id}
        yield Row(
            **base,
            what="AUC, ng·h/mL",
            published=52.3,
            ours=k.auc_inf_ng_h_per_ml,
            tolerance_percent=15,
        )
        yield Row(
            **base, what="Cmax, ng/mL", published=29.9, ours=k.cmax_ng_per_ml, tolerance_percent=25
        )
        if "norketamine" in found and "norketamine exposure" not in model.not_for:
            ratio = found["norketamine"].auc_inf_ng_h_per_ml / k.auc_inf_ng_h_per_ml
            yield Row(
                **base, what="NK/K AUC ratio", published=1.79, ours=ratio, tolerance_percent=20
            )


def _v02_otto() -> Iterator[Row]:
    """S 10 mg over 30 min, 68 kg, venous medians digitised from the figure (10 % reading error)."""
    hours = [0.5, 1.0, 2.0, 3.0, 5.0, 6.0, 8.0, 10.0]
    published = {
        "ketamine": [56, 27, 15.5, 11.5, 6.0, 4.2, 2.5, 1.8],
        "norketamine": [10, 23, 20, 16, 12, 11, 8, 6.5],
    }
    model = MODELS["otto-2021"]
    doses = [_dose(S, Route.IV, 10.0, 0.0, 30.0)]
    found = _run(model, person(68.0), doses, [60.0 * h for h in hours])
    for analyte, levels in published.items():
        ours = found[analyte].typical_ng_per_ml
        for h, level, predicted in zip(hours, levels, ours, strict=True):
            yield Row(
                case="V02 S 10 mg IV, 30 min",
                kind=Kind.CODED,
                model=model.id,
                what=f"{analyte} at {h:g} h, ng/mL",
                published=level,
                ours=float(predicted),
                tolerance_percent=30,
            )


def _v03_simons_infusion() -> Iterator[Row]:
    """S 20 mg over 20 min, 6 h after a 50 mg film, 73 kg, arterial."""
    infusion = _dose(S, Route.IV, 20.0, 360.0, 20.0)
    film = _dose(S, Route.SUBLINGUAL, 50.0)
    for model_id, miss in (
        ("simons-2022", None),
        ("kamp-2020", "without the film, which this model does not cover"),
        ("otto-2021", "venous model against an arterial peak, without the film"),
    ):
        model = MODELS[model_id]
        doses = [film, infusion] if model.covers_dose(film) else [infusion]
        late = _run(model, person(73.0), doses, [370.0, 380.0, 390.0])["ketamine"]
        yield Row(
            case="V03 S 20 mg IV, 20 min, arterial",
            kind=Kind.PREDICTED if miss else Kind.CODED,
            model=model.id,
            what="Cmax, ng/mL",
            published=273,
            ours=float(late.typical_ng_per_ml.max()),
            tolerance_percent=10,
            expected_miss=miss,
        )


def _v04_film() -> Iterator[Row]:
    published = {
        50.0: {
            "ketamine": (96, 8363),
            "norketamine": (276, 38497),
            "hydroxynorketamine": (101, 24087),
        },
        100.0: {
            "ketamine": (144, 13347),
            "norketamine": (426, 67959),
            "hydroxynorketamine": (189, 44972),
        },
    }
    model = MODELS["simons-2022"]
    for mg, analytes in published.items():
        found = _run(model, person(), [_dose(S, Route.SUBLINGUAL, mg)], [0.0, 360.0])
        for analyte, (cmax, area) in analytes.items():
            base: dict[str, Any] = {
                "case": f"V04 S film {mg:g} mg",
                "kind": Kind.CODED,
                "model": model.id,
            }
            yield Row(
                **base,
                what=f"{analyte} Cmax, ng/mL",
                published=cmax,
                ours=found[analyte].cmax_ng_per_ml,
                tolerance_percent=15 if mg == 50.0 else 25,
            )
            yield Row(
                **base,
                what=f"{analyte} AUC 0-6 h, ng·min/mL",
                published=area,
                ours=found[analyte].auc_last_ng_h_per_ml * 60.0,
                tolerance_percent=15,
            )


def _v05_nasal() -> Iterator[Row]:
    """The paper's own predictions for 1, 2 and 3 spray pairs, taken as given together."""
    strata: dict[Ancestry, tuple[tuple[float, float], ...]] = {
        Ancestry.CAUCASIAN: ((43.8, 147.3), (72.5, 254.7), (101.0, 362.2)),
        Ancestry.ASIAN: ((44.1, 158.2), (73.2, 275.9), (102.4, 393.5)),
    }
    norketamine = ((59.1, 274.4), (119.7, 516.3), (180.0, 758.0))
    model = MODELS["perez-ruixo-2021"]
    for ancestry, table in strata.items():
        for pairs, (cmax, area) in enumerate(table, start=1):
            doses = [_dose(S, Route.INTRANASAL, SPRAY_PAIR_MG)] * pairs
            found = _run(model, person(70.0, 30.0, ancestry), doses, [0.0, 1440.0])
            case = f"V05 esketamine nasal {28 * pairs} mg, {ancestry.value}"
            base: dict[str, Any] = {"case": case, "kind": Kind.CODED, "model": model.id}
            k, nk = found["ketamine"], found["norketamine"]
            yield Row(
                **base,
                what="Cmax, ng/mL",
                published=cmax,
                ours=k.cmax_ng_per_ml,
                tolerance_percent=5,
            )
            yield Row(
                **base,
                what="AUC 0-24 h, ng·h/mL",
                published=area,
                ours=k.auc_last_ng_h_per_ml,
                tolerance_percent=5,
            )
            if ancestry is Ancestry.CAUCASIAN:
                nk_cmax, nk_area = norketamine[pairs - 1]
                yield Row(
                    **base,
                    what="norketamine Cmax, ng/mL",
                    published=nk_cmax,
                    ours=nk.cmax_ng_per_ml,
                    tolerance_percent=5,
                )
                yield Row(
                    **base,
                    what="norketamine AUC 0-24 h, ng·h/mL",
                    published=nk_area,
                    ours=nk.auc_last_ng_h_per_ml,
                    tolerance_percent=5,
                    expected_miss="known defect of the printed parameters: 1.38 to 1.56 times too high",
                )


def _v06_forty_minutes() -> Iterator[Row]:
    for model in MODELS.values():
        found = _run(model, person(), [_dose(RACEMIC, Route.IV, 35.0, 0.0, 40.0)], [0.0, 60.0])
        yield Row(
            case="V06 racemic 0.5 mg/kg, 40 min",
            kind=Kind.PREDICTED,
            model=model.id,
            what="Cmax, ng/mL (studies: 100 to 250)",
            published=185,
            ours=found["ketamine"].cmax_ng_per_ml,
            tolerance_percent=30,
        )


def _v08_wafer() -> Iterator[Row]:
    """Racemic wafer 25 mg, n 8. The bioavailability is given to the model; its speed is not."""
    model = MODELS["simons-2022"]
    wafer = _dose(RACEMIC, Route.SUBLINGUAL, 25.0, product=Product.WAFER)
    k = _run(model, person(), [wafer], [0.0, 60.0])["ketamine"]
    yield Row(
        case="V08 racemic wafer 25 mg",
        kind=Kind.PREDICTED,
        model=model.id,
        what="Tmax, h",
        published=0.75,
        ours=k.tmax_min / 60.0,
        tolerance_percent=40,
        expected_miss="absorption of a film; venous sampling in the study",
    )


def _v11_clearance() -> Iterator[Row]:
    for model_id in ("otto-2021", "simons-2022", "perez-ruixo-2021", "kamp-2020"):
        model = MODELS[model_id]
        found = _run(model, person(), [_dose(S, Route.IV, 35.0, 0.0, 10.0)], [0.0, 60.0])
        yield Row(
            case="V11 S 0.5 mg/kg bolus (Wang)",
            kind=Kind.PREDICTED,
            model=model.id,
            what="S clearance, mL/min/kg",
            published=18.1,
            ours=found["ketamine"].cl_l_per_h * 1000.0 / 60.0 / 70.0,
            tolerance_percent=20,
            expected_miss="clearance above the meta-analytic 79 (69 to 90) L/h per 70 kg"
            if model_id in ("otto-2021", "perez-ruixo-2021")
            else None,
        )


def _v11_enantiomers() -> Iterator[Row]:
    """R beside S after the racemate, by the two-enantiomer option: its ratio of clearances is the middle of
    three studies, this one among them."""
    infusion = [_dose(RACEMIC, Route.IV, 70.0, 0.0, 10.0)]
    found = simulate_enantiomers(MODELS["otto-2021"], person(), infusion, np.array([60.0]))
    yield Row(
        case="V11 racemate 1 mg/kg bolus (Wang)",
        kind=Kind.CALIBRATED,
        model="two enantiomers on otto-2021",
        what="R/S AUC ratio",
        published=1.16,
        ours=found.auc_ratio,
        tolerance_percent=8,
    )


def _v14_v15_interactions() -> Iterator[Row]:
    """Oral and IV ratios are what the layer was fitted to; nasal ratios it predicts."""
    doses = {
        Route.ORAL: ("perez-ruixo-2021", _dose(S, Route.ORAL, 20.0)),
        Route.IV: ("otto-2021", _dose(S, Route.IV, 20.0, 0.0, 120.0)),
        Route.INTRANASAL: ("perez-ruixo-2021", _dose(S, Route.INTRANASAL, SPRAY_PAIR_MG)),
    }
    for precipitant in PRECIPITANTS.values():
        for route, measured in precipitant.measured.items():
            model_id, dose = doses[route]
            found = simulate(
                MODELS[model_id],
                person(),
                [dose],
                np.array([0.0, 60.0]),
                precipitant=precipitant.id,
            ).interaction
            assert found is not None
            fitted = precipitant.calibrated(route)
            yield Row(
                case=f"{'V14' if route is Route.ORAL else 'V15' if fitted else 'label'} {precipitant.id}, {route.value}",
                kind=Kind.CALIBRATED if fitted else Kind.PREDICTED,
                model=f"gut-liver layer on {model_id}",
                what="AUC ratio",
                published=measured.auc_ratio,
                ours=found.auc_ratio,
                tolerance_percent=10 if route is Route.IV else 20,
            )
            if route is Route.IV and measured.norketamine_auc_ratio is not None:
                yield Row(
                    case=f"V15 {precipitant.id}, {route.value}",
                    kind=Kind.CALIBRATED,
                    model=f"gut-liver layer on {model_id}",
                    what="norketamine AUC ratio",
                    published=measured.norketamine_auc_ratio,
                    ours=_norketamine_ratio(MODELS[model_id], dose, precipitant.id),
                    tolerance_percent=25,
                )


def _norketamine_ratio(model: PkModel, dose: Dose, precipitant: str) -> float:
    areas = []
    for taken in (precipitant, None):
        found = simulate(model, person(), [dose], np.array([0.0, 60.0]), precipitant=taken)
        norketamine = found.analytes["norketamine"]
        assert norketamine is not None
        areas.append(norketamine.auc_inf_ng_h_per_ml)
    return areas[0] / areas[1]


def _v16_crps() -> Iterator[Row]:
    """22.2 mg/h per 70 kg for 100 h: no level was ever published; these are other people's runs of
    the same models."""
    for model_id, level in (("otto-2021", 233), ("kamp-2020", 264)):
        infusion = _dose(S, Route.IV, 2220.0, 0.0, 6000.0)
        k = _run(MODELS[model_id], person(), [infusion], [6000.0])["ketamine"]
        yield Row(
            case="V16 S 22.2 mg/h for 100 h",
            kind=Kind.CODED,
            model=model_id,
            what="plateau, ng/mL (independent run of the model)",
            published=level,
            ours=float(k.typical_ng_per_ml[0]),
            tolerance_percent=1,
        )


def _v17_five_days() -> Iterator[Row]:
    """Racemic 10 to 40 mg/h for 5 days, n 16: levels steady from 5 h on, norketamine highest on day 2, R above
    S. A pattern, read as shares of the level of day 5; R over S is tested in test_enantiomers.py."""
    infusion = _dose(RACEMIC, Route.IV, 4800.0, 0.0, 7200.0)
    for model_id in ("otto-2021", "kamp-2020"):
        found = _run(MODELS[model_id], person(), [infusion], [300.0, 2880.0, 7200.0])
        base: dict[str, Any] = {
            "case": "V17 racemic 40 mg/h for 5 days",
            "kind": Kind.PREDICTED,
            "model": model_id,
            "published": 100,
            "tolerance_percent": 20,
        }
        early, _, last = found["ketamine"].typical_ng_per_ml
        yield Row(
            **base, what="ketamine at 5 h, % of day 5 (steady)", ours=100.0 * float(early / last)
        )
        if "norketamine" in found:
            _, day2, last = found["norketamine"].typical_ng_per_ml
            yield Row(
                **base,
                what="norketamine at day 2, % of day 5 (highest)",
                ours=100.0 * float(day2 / last),
            )


def _v18_mass_balance() -> Iterator[Row]:
    """Clearance times area is the dose, for the drug and for all of it as norketamine."""
    found = _run(MODELS["otto-2021"], person(), [_dose(S, Route.IV, 35.0, 0.0, 40.0)], [60.0])
    for analyte in ("ketamine", "norketamine"):
        k = found[analyte]
        yield Row(
            case="V18 S 35 mg IV, mass balance",
            kind=Kind.CODED,
            model="otto-2021",
            what=f"{analyte}: CL times AUC over dose",
            published=1,
            ours=k.cl_l_per_h * k.auc_inf_ng_h_per_ml / 35_000.0,
            tolerance_percent=0.5,
        )


def summary(rows: Sequence[Row]) -> list[tuple[str, int, float, float]]:
    """(model, figures, bias %, RMSE %) over independent predictions, relative to the published."""
    found = []
    for model in dict.fromkeys(r.model for r in rows if r.kind is Kind.PREDICTED):
        errors = [r.error_percent for r in rows if r.kind is Kind.PREDICTED and r.model == model]
        bias = math.fsum(errors) / len(errors)
        found.append(
            (model, len(errors), bias, math.sqrt(math.fsum(e * e for e in errors) / len(errors)))
        )
    return found

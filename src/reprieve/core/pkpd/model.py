"""What a pharmacokinetic model is, and the words a dosing history is written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reprieve.core.evidence import Evidence
from reprieve.core.pkpd.transfer import Floats, Number, Transfer

BASE_PER_HYDROCHLORIDE = 0.867  # 237.73 / 274.19 g/mol; Simons 2022 and the esketamine label
SPRAY_PAIR_MG = 28.0  # esketamine base

Parameters = Mapping[str, Number]


class Drug(StrEnum):
    KETAMINE = "ketamine"  # racemic
    ESKETAMINE = "esketamine"


class Route(StrEnum):
    IV = "iv"
    IM = "im"
    SC = "sc"
    ORAL = "oral"
    SUBLINGUAL = "sublingual"  # buccal included
    INTRANASAL = "intranasal"
    INHALED = "inhaled"
    RECTAL = "rectal"
    TOPICAL = "topical"


class Product(StrEnum):
    """What is held under the tongue or in the cheek."""

    FILM = "film"
    WAFER = "wafer"
    TROCHE = "troche"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Ancestry(StrEnum):
    """As far as a model knows a difference; Japanese includes the Asian factors."""

    CAUCASIAN = "caucasian"
    ASIAN = "asian"
    JAPANESE = "japanese"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariates:
    """The person a curve is predicted for. ancestry None: not given, taken as Caucasian."""

    weight_kg: float
    age_years: float
    sex: Sex = Sex.UNKNOWN
    height_cm: float | None = None
    ancestry: Ancestry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose. amount_mg of base; duration_min None where the route has none."""

    drug: Drug
    route: Route
    amount_mg: float
    start_min: float
    duration_min: float | None = None
    product: Product | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What reaches one entry of a model: an amount over a duration (0: at once)."""

    entry: str
    amount_mg: Number
    start_min: float
    duration_min: Number = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A model with its numbers filled in.

    transfers: (entry, analyte) -> ng/mL for each mg put in at the entry. A missing pair: nothing of
        that entry ever reaches the analyte.
    cl_l_per_h: clearance of each analyte.
    """

    transfers: Mapping[tuple[str, str], Transfer]
    cl_l_per_h: Mapping[str, Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variability:
    """How people (or one person's occasions) differ from the typical value.

    names: parameters that vary; omega2: covariance matrix of their logarithms, row by row
    (of their logit for those in `logit`). missing: parameters that vary by an unknown amount.
    """

    names: tuple[str, ...]
    omega2: tuple[tuple[float, ...], ...]
    logit: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """Unexplained error of one measured level: SD = sqrt((proportional c)^2 + additive^2)."""

    proportional: float
    additive_ng_per_ml: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """The parameters a gut-liver interaction acts on (see interactions.py).

    clearance: total clearances, scaled by the change of hepatic extraction; or, with
        `explicit_liver`, the intrinsic elimination rates, scaled by the change itself.
    swallowed: fraction of a swallowed amount that survives the gut, or that reaches the liver.
    """

    clearance: tuple[str, ...]
    swallowed: tuple[str, ...] = ()
    explicit_liver: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PkModel:
    """One published model.

    site: where blood was drawn: "arterial", "venous" or "unknown".
    analytes: subset of ketamine, norketamine, hydroxynorketamine, in that order.
    covers: the drugs a route was modelled for; a racemate on an S-ketamine model gets a note.
    parameters: typical values for a person, volumes in L, clearances in L/min, rates in 1/min.
    inputs: a dose as inputs; `nth` counts the earlier spray pairs of the same session.
    adults: False for models of children, which are named here only to be refused.
    """

    id: str
    title: str
    isomer: str
    population: str
    site: str
    analytes: tuple[str, ...]
    covers: Mapping[Route, frozenset[Drug]]
    parameters: Callable[[Covariates], dict[str, Number]]
    system: Callable[[Parameters], System]
    inputs: Callable[[Dose, Parameters, int], tuple[Input, ...]]
    weight_range_kg: tuple[float, float] | None
    age_range_years: tuple[float, float] | None
    known_bias: tuple[str, ...]
    not_for: tuple[str, ...]
    evidence: Evidence
    levers: Levers
    between_subject: Variability | None = None
    between_occasion: Variability | None = None
    residual: Mapping[str, Residual] = field(default_factory=dict)
    rse_percent: Mapping[str, float] = field(default_factory=dict)
    analyte_notes: Mapping[str, str] = field(default_factory=dict)

    def covers_dose(self, dose: Dose) -> bool:
        return dose.drug in self.covers.get(dose.route, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Invented people around the typical one. n of them, from a seed; percentiles in 0 to 100."""

    n: int
    seed: int
    percentiles: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One level. Times in minutes.

    time_above_min: total time above it. time_to_fall_below_min: from the end of the last dose until
    the curve is below it for good (0: already below then); None: it is never reached.
    """

    ng_per_ml: float
    time_above_min: float
    time_to_fall_below_min: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyteProfile:
    """One analyte over time, and its exposure (exact, not read off the grid).

    typical_ng_per_ml: shape (times,). percentiles_ng_per_ml: percentile -> shape (times,), None
    when not asked or when the model has no variability. cmax, tmax: over all time, first maximum.
    cavg_infusion_ng_per_ml: mean while an infusion runs, None without one; 24 h: from time 0.
    """

    typical_ng_per_ml: Floats
    percentiles_ng_per_ml: Mapping[float, Floats] | None
    cmax_ng_per_ml: float
    tmax_min: float
    auc_last_ng_h_per_ml: float
    auc_inf_ng_h_per_ml: float
    half_life_h: float
    cl_l_per_h: float
    cavg_infusion_ng_per_ml: float | None
    cavg_24h_ng_per_ml: float
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionEffect:
    """Exposure with a precipitant divided by exposure without it. None: not measured.

    auc_ratio: of this profile; equal to the measured one where the layer was calibrated on it.
    """

    precipitants: tuple[str, ...]
    auc_ratio: float
    measured_auc_ratio: float | None
    cmax_ratio: float | None
    norketamine_auc_ratio: float | None
    calibrated_or_predicted: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one model predicts for one person and one dosing history."""

    model: PkModel
    times_min: Floats
    analytes: Mapping[str, AnalyteProfile | None]
    total_mg: float
    mg_per_kg: float
    notes: tuple[str, ...]
    interaction: InteractionEffect | None = None

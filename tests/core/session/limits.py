"""The thresholds of the knowledge base, written out by hand: a change there must be made here too."""

from reprieve.core.dosing.protocol import Owner
from reprieve.core.evidence import Evidence, Verification
from reprieve.core.session.thresholds import Threshold

OURS = Evidence(source="PROJECT", locator="test", verification=Verification.PROJECT_DEFAULT)
_ROWS = (
    ("mon_sbp_warn", "systolic_mmhg", "during", "warn", "at_or_above", 160),
    ("mon_sbp_stop", "systolic_mmhg", "during", "stop", "at_or_above", 180),
    ("mon_dbp_warn", "diastolic_mmhg", "during", "warn", "at_or_above", 100),
    ("mon_dbp_stop", "diastolic_mmhg", "during", "stop", "at_or_above", 110),
    ("mon_hr_warn_low", "heart_rate_per_min", "during", "warn", "at_or_below", 50),
    ("mon_hr_warn_high", "heart_rate_per_min", "during", "warn", "at_or_above", 120),
    ("mon_spo2_warn", "spo2_percent", "during", "warn", "below", 94),
    ("mon_spo2_stop", "spo2_percent", "during", "stop", "below", 92),
    ("mon_spo2_emergency", "spo2_percent", "during", "emergency", "below", 90),
    ("mon_rr_warn_low", "respiratory_rate_per_min", "during", "warn", "at_or_below", 10),
    ("mon_rr_warn_high", "respiratory_rate_per_min", "during", "warn", "at_or_above", 30),
    ("mon_moaas_pause", "moaa_s_points", "during", "hold", "at_or_below", 3),
    ("mon_moaas_stop", "moaa_s_points", "during", "stop", "at_or_below", 2),
    ("mon_rate_intensive", "rate_mg_per_kg_per_h", "during", "warn", "above", 1),
    ("mon_rate_icu", "rate_mg_per_kg_per_h", "during", "stop", "above", 2),
    ("mon_sbp_rise", "systolic_rise_mmhg", "during", "warn", "at_or_above", 40),
    ("mon_dbp_rise", "diastolic_rise_mmhg", "during", "warn", "at_or_above", 25),
    ("mon_spo2_fall", "spo2_fall_percent", "during", "warn", "at_or_above", 4),
    ("mon_set_due", "minutes_since_set", "during", "warn", "at_or_above", 15),
    (
        "mon_set_due_after_change",
        "minutes_since_set_after_change",
        "during",
        "warn",
        "at_or_above",
        5,
    ),
    ("mon_observe_after_stop", "minutes_since_stop", "after", "hold", "below", 30),
    ("mon_observe_after_im", "minutes_since_dose_im", "after", "hold", "below", 60),
    ("mon_observe_after_sublingual", "minutes_since_dose_sublingual", "after", "hold", "below", 90),
    ("mon_observe_after_oral", "minutes_since_dose_oral", "after", "hold", "below", 120),
    (
        "mon_observe_after_intranasal",
        "minutes_since_dose_intranasal",
        "after",
        "hold",
        "below",
        120,
    ),
    ("mon_observe_after_rescue", "minutes_since_rescue_or_bolus", "after", "hold", "below", 60),
    ("mon_home_bp_change", "pressure_change_percent", "after", "hold", "above", 20),
    ("mon_home_spo2_fall", "spo2_fall_percent", "after", "hold", "at_or_above", 4),
)
LIMITS = tuple(
    Threshold(
        id=code,
        parameter=parameter,
        stage=stage,
        level=level,
        comparison=comparison,
        limit=float(limit),
        unit="",
        action="Do what the clinic does.",
        owner=Owner.PROJECT_DEFAULT,
        evidence=OURS,
    )
    for code, parameter, stage, level, comparison, limit in _ROWS
)

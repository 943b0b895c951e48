"""Kinds, parameters and limits as staff read them."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.core.session.advisories import Advisory, Priority
from reprieve.core.session.events import EventKind
from reprieve.core.session.state import State

K = EventKind
LONGEST_EFFECT = 24  # longer ones describe a trial, not what somebody feels
KINDS = {
    K.GATE_PASSED: _("Day-of gate passed"),
    K.CANCELLED: _("Cancelled"),
    K.INFUSION_STARTED: _("Infusion started"),
    K.RATE_CHANGED: _("Rate changed"),
    K.BOLUS_GIVEN: _("Bolus"),
    K.DOSE_GIVEN: _("Dose given"),
    K.INFUSION_PAUSED: _("Infusion paused"),
    K.INFUSION_RESUMED: _("Infusion resumed"),
    K.INFUSION_STOPPED: _("Infusion stopped"),
    K.PUMP_READING: _("Pump reading"),
    K.DRUG_GIVEN: _("Drug given"),
    K.VITALS: _("Vital set"),
    K.PAIN: _("Pain"),
    K.SEDATION: _("Sedation"),
    K.DISSOCIATION: _("Dissociation"),
    K.DISTRESS: _("Distress"),
    K.ADVERSE_EVENT: _("Adverse event"),
    K.STOP_REQUESTED: _("Patient asks to stop"),
    K.STOP_PRESSED: _("Stop pressed"),
    K.STOP_WITHDRAWN: _("Stop taken back"),
    K.EMERGENCY_STARTED: _("Emergency"),
    K.EMERGENCY_STEP: _("Emergency step"),
    K.EMERGENCY_ENDED: _("Emergency over"),
    K.TRANSFERRED: _("Transferred"),
    K.RECOVERY_SCORED: _("Recovery score"),
    K.DISCHARGE_ASSESSED: _("Discharge looked at"),
    K.DISCHARGED: _("Discharged"),
    K.SETTING: _("Setting"),
    K.HANDOVER: _("Handover"),
    K.HANDOVER_ACCEPTED: _("Handover taken"),
    K.ORDER_COSIGNED: _("Order co-signed"),
    K.PATIENT_CALLED: _("Call on the next day"),
    K.ADVISORY_ACKNOWLEDGED: _("Advisory acknowledged"),
    K.NOTE: _("Note"),
}
STATES = {
    State.PLANNED: _("planned"),
    State.READY: _("ready to start"),
    State.RUNNING: _("running"),
    State.PAUSED: _("paused"),
    State.RECOVERY: _("recovery"),
    State.EMERGENCY: _("emergency"),
    State.DISCHARGED: _("discharged"),
    State.TRANSFERRED: _("transferred"),
    State.CANCELLED: _("cancelled"),
}
PARAMETERS = {
    "systolic_mmhg": (_("Systolic"), "mmHg"),
    "diastolic_mmhg": (_("Diastolic"), "mmHg"),
    "heart_rate_per_min": (_("Heart rate"), "/min"),
    "spo2_percent": (_("SpO2"), "%"),
    "respiratory_rate_per_min": (_("Breaths"), "/min"),
    "moaa_s_points": (_("MOAA/S"), ""),
    "pain_points": (_("Pain"), "/10"),
    "dissociation_points": (_("Dissociation"), "/10"),
    "distress_points": (_("Distress"), "/10"),
    "cadss6_points": (_("CADSS-6"), "/24"),
    "pain_on_call_points": (_("Pain"), "/10"),
    "systolic_rise_mmhg": (_("Systolic above own"), "mmHg"),
    "diastolic_rise_mmhg": (_("Diastolic above own"), "mmHg"),
    "spo2_fall_percent": (_("SpO2 under own"), "%"),
    "rate_mg_per_kg_per_h": (_("Rate"), "mg/kg/h"),
    "rate_mg_per_h": (_("Rate"), "mg/h"),
    "rate_ml_per_h": (_("Pump"), "mL/h"),
    "amount_mg": (_("Amount"), "mg"),
    "dose_mg": (_("Dose"), "mg"),
    "volume_infused_ml": (_("Pump volume"), "mL"),
    "concentration_mg_per_ml": (_("Concentration"), "mg/mL"),
    "hold_min": (_("Held in the mouth"), "min"),
    "weight_kg": (_("Weight"), "kg"),
    "given_mg": (_("Given"), "mg"),
    "minutes_since_set": (_("Since the last set"), "min"),
    "minutes_since_set_after_change": (_("Since the last set, after a change"), "min"),
}
PARAMETERS |= {
    "minutes_since_stop": (_("Observation after the stop"), "min"),
    "minutes_since_rescue_or_bolus": (_("Observation after a bolus or rescue drug"), "min"),
    "minutes_since_dose_im": (_("Observation after a dose into the muscle"), "min"),
    "minutes_since_dose_sublingual": (_("Observation after a dose under the tongue"), "min"),
    "minutes_since_dose_oral": (_("Observation after a dose by mouth"), "min"),
    "minutes_since_dose_intranasal": (_("Observation after a dose into the nose"), "min"),
}
LEVELS = {
    "warn": _("warn"),
    "hold": _("hold"),
    "stop": _("stop"),
    "emergency": _("emergency"),
}
OWNERS = {
    "order": _("the signed order"),
    "label": _("drug label"),
    "guideline": _("guideline"),
    "clinic": _("clinic protocol"),
    "project_default": _("our own limit"),
}
# Asterisks as monitors print them, so that the urgency reads without colour.
STARS = {Priority.HIGH: "***", Priority.MEDIUM: "**", Priority.LOW: "*"}
TONES = {Priority.HIGH: "block", Priority.MEDIUM: "warn", Priority.LOW: "ask"}


def value_in_words(parameter: str, value: Any) -> str:
    label, unit = PARAMETERS.get(parameter, (parameter, ""))
    shown = f"{value:.3g}" if isinstance(value, float) and value < 1000 else str(value)
    return f"{label} {shown} {unit}".strip()


def advisory_in_words(a: Advisory) -> str:
    """ "Systolic 168 mmHg, at or above 160 mmHg"."""
    sides = {
        "above": gettext("above"),
        "at_or_above": gettext("at or above"),
        "below": gettext("below"),
        "at_or_below": gettext("at or below"),
    }
    unit = PARAMETERS.get(a.parameter, ("", a.unit))[1]
    return (
        f"{value_in_words(a.parameter, a.value)}, {sides[a.comparison]} {a.limit:g} {unit}".strip()
    )


SAID = (  # keys whose words are shown as they are
    "text",
    "drug",
    "route",
    "effect",
    "severity",
    "product",
    "site",
    "light",
    "music",
    "to",
    "escort_name",
    "hospital",
)


def event_in_words(payload: dict[str, Any]) -> str:
    """What an event says, in a line."""
    return ", ".join(part for key, value in payload.items() if (part := _part(key, value)))


def _part(key: str, value: Any) -> str:
    if key in PARAMETERS:
        return value_in_words(key, float(value))
    if key in SAID:
        return str(value)
    if key == "step":
        return str(STEPS.get(value, value))
    if key in FLAGS:
        return str(FLAGS[key]) if value else ""
    if key == "second_check_by":
        return gettext("second check: {name}").format(name=value)
    if key == "typed_at":
        at = timezone.localtime(datetime.fromisoformat(value))
        return gettext("typed at {time} without a connection").format(time=f"{at:%H:%M:%S}")
    if key == "outside_order":
        how = HOW.get(value["how"], value["how"]) if value["by"] else gettext("by the prescriber")
        return gettext("beyond the order: {by} {how}, {why}").format(
            by=value["by"], how=how, why=value["reason"]
        )
    if key == "worries" and value:
        return ", ".join(str(WORRIES[name]) for name in value if name in WORRIES)
    if key in ("aldrete", "padss") and value.get("total") is not None:
        return f"{key.capitalize() if key == 'aldrete' else 'PADSS'} {value['total']}"
    return ""


WHY = {"break": _("break"), "shift": _("end of shift"), "other": _("something else")}
GAIT = {
    "steady": _("steady, without help"),
    "aid": _("with a stick, frame or person"),
    "none": _("does not walk"),
}
HOW = {"telephone": _("by telephone, read back"), "in person": _("in person")}
FLAGS = {
    "own": _("the patient's own medicine"),
    "swallowed": _("swallowed"),
    "spat": _("spat out"),
    "moved": _("moved to the recovery chair"),
    "preparation": _("prepared and told what to expect"),
    "boluses_by_pump": _("boluses included"),
    "agrees": _("agrees"),
    "reached": _("reached"),
}
WORRIES = {
    "sick": _("sick, dizzy or unsteady"),
    "strange": _("feels strange or unreal"),
    "bladder": _("burning, urgency or blood in the urine"),
    "arm": _("arm red, swollen or painful"),
    "suicidal": _("thoughts of not wanting to live"),
}
STEPS = {
    "pump": _("Pump stopped"),
    "help": _("Help called"),
    "911": _("911 called"),
    "airway": _("Airway opened"),
    "oxygen": _("Oxygen"),
    "suction": _("Suction"),
    "bag": _("Bag and mask"),
    "drug": _("Drug given"),
    "aed": _("AED on"),
    "compressions": _("Compressions"),
    "ems": _("Ambulance here"),
}


def effects() -> list[tuple[str, str]]:
    """What may be felt, from the harms seen in trials: their plain names, once each."""
    names = {r.effect for r in knowledge.adverse_events()}
    plain = sorted(n for n in names if len(n) < LONGEST_EFFECT and not set(n) & set("(>/"))
    return [(name, name) for name in plain]

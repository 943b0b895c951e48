"""What is charted, one small form each. Nothing is filled in; a blank time means now."""

from reprieve.clinic.session.forms.after import (
    CallForm,
    DischargeForm,
    EmergencyForm,
    HandoverForm,
    RecoveryForm,
    StepForm,
    TransferForm,
)
from reprieve.clinic.session.forms.base import (
    CancelForm,
    ChartForm,
    CorrectForm,
    MoveForm,
    PlanSessionForm,
)
from reprieve.clinic.session.forms.clinic import PolicyForm, RoomForm, policy_initial
from reprieve.clinic.session.forms.dose import (
    BolusForm,
    DoseForm,
    OutsideOrder,
    PumpForm,
    RateForm,
    RescueForm,
    StartForm,
)
from reprieve.clinic.session.forms.gate import GateForm
from reprieve.clinic.session.forms.observe import (
    AdverseForm,
    NoteForm,
    ScoresForm,
    SettingForm,
    VitalsForm,
)

__all__ = [
    "AdverseForm",
    "BolusForm",
    "CallForm",
    "CancelForm",
    "ChartForm",
    "CorrectForm",
    "DischargeForm",
    "DoseForm",
    "EmergencyForm",
    "GateForm",
    "HandoverForm",
    "MoveForm",
    "NoteForm",
    "OutsideOrder",
    "PlanSessionForm",
    "PolicyForm",
    "PumpForm",
    "RateForm",
    "RecoveryForm",
    "RescueForm",
    "RoomForm",
    "ScoresForm",
    "SettingForm",
    "StartForm",
    "StepForm",
    "TransferForm",
    "VitalsForm",
    "policy_initial",
]

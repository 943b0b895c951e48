"""A patient's own sign-in: made by the clinic, one for each patient, never mixed with staff."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from reprieve.clinic.accounts.models import Role, User
from reprieve.clinic.accounts.selectors import is_patient_only
from reprieve.clinic.accounts.services import give_role
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.models import PatientAccount
from reprieve.clinic.contact.selectors import account_of
from reprieve.clinic.patients.models import Patient
from reprieve.core.problems import Problem, UnusableInput


@transaction.atomic
def open_account(patient: Patient, *, by: Actor) -> PatientAccount:
    """The patient's account; the standing one when there is one.

    Raises UnusableInput: no e-mail address, or one that belongs to another patient or to staff.
    """
    if standing := account_of(patient):
        return standing
    try:
        validate_email(patient.email)
    except ValidationError:
        raise UnusableInput(
            [Problem("id_purpose", _("The chart has no e-mail address for a sign-in."))]
        ) from None
    user = User.objects.filter(email__iexact=patient.email).first()
    if user is not None and not _may_be_patient(user, patient):
        message = _("This e-mail address belongs to somebody else who signs in.")
        raise UnusableInput([Problem("id_purpose", message)])
    if user is None:
        user = User.objects.create_user(patient.email, full_name=str(patient))
    give_role(user=user, clinic=patient.clinic, role=Role.PATIENT, by=by)
    row = PatientAccount.objects.create(
        clinic=patient.clinic, patient=patient, user=user, recorded_by=by.user
    )
    audit(row, action=Action.CREATE, by=by)
    return row


def _may_be_patient(user: User, patient: Patient) -> bool:
    """The same person may be a patient of two clinics; staff get an address of their own."""
    taken = PatientAccount.objects.for_clinic(patient.clinic).filter(user=user, ended_at=None)
    return is_patient_only(user) and not taken.exists()

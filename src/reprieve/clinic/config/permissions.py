"""The one table of who may open which page. A route that is not here is refused.

`python -m pytest tests/clinic/test_permissions.py` fails for a route without a row.
"""

from enum import StrEnum

from reprieve.clinic.accounts.models import Role

FRONT_DESK, NURSE, PRESCRIBER = Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER
PHARMACIST, MANAGER, PATIENT = Role.PHARMACIST, Role.MANAGER, Role.PATIENT

STAFF = frozenset({FRONT_DESK, NURSE, PRESCRIBER, PHARMACIST, MANAGER})
CLINICAL = frozenset({NURSE, PRESCRIBER, PHARMACIST})
CARE = frozenset({NURSE, PRESCRIBER})
MINE = frozenset({PATIENT})
REGISTERS = frozenset({FRONT_DESK, NURSE, PRESCRIBER, MANAGER})


class Open(StrEnum):
    """Pages that need no role."""

    PUBLIC = "public"  # anybody
    SIGNED_IN = "signed_in"  # a user, before or without a choice of clinic


Access = frozenset[Role] | Open

ROUTES: dict[str, Access] = {
    "alive": Open.PUBLIC,
    "ready": Open.PUBLIC,
    "language": Open.PUBLIC,
    "choose-clinic": Open.SIGNED_IN,
    "home": STAFF,
    "team": frozenset({MANAGER}),
    "team-leave": frozenset({MANAGER}),
    "looks": STAFF,
    "patients:list": STAFF,
    "patients:register": REGISTERS,
    "patients:edit": REGISTERS,
    "patients:chart": CLINICAL,
    "patients:add": CLINICAL,
    "patients:correct": CLINICAL,
    "patients:confirm-list": CLINICAL,
    "patients:history": CLINICAL,
    "patients:measured": CLINICAL,
    "intake:import": REGISTERS,
    "intake:preview": REGISTERS,
    "intake:confirm": REGISTERS,
    "intake:cancel": REGISTERS,
    "intake:show": CLINICAL,
    "intake:ask": CARE,
    "intake:correct": CARE,
    "intake:answered": CLINICAL,
    "intake:consent": CARE,
    "intake:withdraw": CARE,
    "intake:signed-consent": CLINICAL,
    "intake:consent-summary": CLINICAL,
    "assessment:show": CARE,
    "assessment:answer": CARE,
    "assessment:sign": frozenset({PRESCRIBER}),
    "assessment:signed": CLINICAL,
    "assessment:summary": CLINICAL,
    "plan:show": CLINICAL,
    "plan:sign": frozenset({PRESCRIBER}),
    "plan:order": CLINICAL,
    "plan:summary": CLINICAL,
    "caps": frozenset({NURSE, PRESCRIBER, PHARMACIST, MANAGER}),
    "cap-sign": frozenset({PRESCRIBER}),
    "simulator:show": STAFF,
    "simulator:data": STAFF,
    "simulator:effects": STAFF,
    "session:board": STAFF,
    "session:watch": CARE,
    "session:rooms": CARE,
    "session:policy": frozenset({PRESCRIBER, MANAGER}),
    "session:cards": STAFF,
    "session:switch": STAFF,
    "session:worker": Open.PUBLIC,
    "session:manifest": Open.PUBLIC,
    "session:authority": Open.PUBLIC,
    "session:tablet": STAFF,
    "session:deliver": CARE,
    "session:desk": CARE,
    "session:cosign": frozenset({PRESCRIBER}),
    "session:show": CLINICAL,
    "session:plan": CARE,
    "session:run": CLINICAL,
    "session:live": CLINICAL,
    "session:gate": CARE,
    "session:chart": CARE,
    "session:acknowledge": CARE,
    "session:correct": CARE,
    "session:accept": CARE,
    "session:emergency": CLINICAL,
    "session:transfer": CLINICAL,
    "session:recovery": CARE,
    "session:call": CARE,
    "session:discharge": CARE,
    "session:record": CLINICAL,
    "live:session": CLINICAL,
    "live:board": STAFF,
    "devices:list": frozenset({NURSE, MANAGER}),
    "devices:bind": frozenset({NURSE, MANAGER}),
    "devices:retire": frozenset({MANAGER}),
    "devices:strip": CLINICAL,
    "devices:accept": CARE,
    "devices:upload": CARE,
    "devices:file": CARE,
    "session:after-visit": CLINICAL,
    "followup:show": CLINICAL,
    "followup:interval": CLINICAL,
    "followup:pause": CLINICAL,
    "followup:page": CLINICAL,
    "followup:letter": CLINICAL,
    "followup:exposure": CLINICAL,
    "followup:check": CARE,
    "work": CARE,
    "work-settle": CARE,
    "followup:draw": frozenset({PRESCRIBER}),
    "followup:record": CARE,
    "followup:decide": frozenset({PRESCRIBER}),
    "followup:summary": CLINICAL,
    "contact:inbox": STAFF - {MANAGER},
    "contact:message": STAFF - {MANAGER},
    "contact:attachment": STAFF - {MANAGER},
    "contact:urgent": CARE,
    "contact:rules": frozenset({PRESCRIBER, MANAGER}),
    "contact:send": CARE,
    "contact:revoke": CARE,
    # Of the clinic that keeps the directory alone; see clinic/directory/views.py.
    "directory:queue": frozenset({PRESCRIBER, MANAGER}),
    "directory:claim": frozenset({PRESCRIBER, MANAGER}),
    "directory:problem": frozenset({PRESCRIBER, MANAGER}),
    "directory:add": frozenset({PRESCRIBER, MANAGER}),
    "directory:listing": frozenset({PRESCRIBER, MANAGER}),
    "directory:item": frozenset({PRESCRIBER, MANAGER}),
    "directory:import": frozenset({PRESCRIBER, MANAGER}),
    "directory:preview": frozenset({PRESCRIBER, MANAGER}),
    "evidence:browse": STAFF,
    "outcomes:home": frozenset({PRESCRIBER, PHARMACIST, MANAGER}),
    "outcomes:trial": frozenset({PRESCRIBER, PHARMACIST, MANAGER}),
    "outcomes:count": frozenset({PRESCRIBER, MANAGER}),
    "outcomes:export": frozenset({MANAGER}),
    "outcomes:export-parquet": frozenset({MANAGER}),
    "links:open": Open.PUBLIC,  # whoever holds the secret; see patient/links
    "links:diary": Open.PUBLIC,
    "links:sync": Open.PUBLIC,
    "links:worker": Open.PUBLIC,
    "links:questions": Open.PUBLIC,
    "links:confirm": Open.PUBLIC,
    "my:home": MINE,
    "my:chart": MINE,
    "my:documents": MINE,
    "my:after-visit": MINE,
    "my:consent": MINE,
    "my:withdraw": MINE,
    "my:messages": MINE,
    "my:attachment": MINE,
    "my:export": MINE,
    "my:export-pdf": MINE,
    "my:export-fhir": MINE,
    "my:diary": MINE,
    "my:sync": MINE,
    "my:worker": MINE,
    "my:medicine": MINE,
    "knowledge:home": STAFF,
    "knowledge:kind": STAFF,
    "knowledge:record": STAFF,
}

# Visitors. `home` shows them the front door, see accounts/middleware.py.
ROUTES |= dict.fromkeys(
    (
        "learn:home",
        "learn:words",
        "learn:fact",
        "learn:page",
        "assess:start",
        "assess:forget",
        "assess:result",
        "assess:pdf",
        "assess:mail",
        "assess:help",
        "assess:question",
        "cost:show",
        "cost:paper",
        "find:search",
        "find:show",
        "find:claim",
        "find:confirm",
        "find:problem",
    ),
    Open.PUBLIC,
)

# Signing in and the second factor, as allauth names its pages.
ROUTES |= dict.fromkeys(
    (
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_confirm_email",
        "account_email_verification_sent",
        "account_signup",
        "account_confirm_login_code",
        "account_request_login_code",
        "mfa_authenticate",
        "mfa_login_webauthn",
    ),
    Open.PUBLIC,
)
ROUTES |= dict.fromkeys(
    (
        "account_reauthenticate",
        "account_email",
        "account_change_password",
        "account_set_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    ),
    Open.SIGNED_IN,
)


def may_open(route: str, roles: frozenset[str]) -> bool:
    """True when one of the roles opens the route."""
    access = ROUTES.get(route)
    return isinstance(access, Open) or bool(access and access & roles)

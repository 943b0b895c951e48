"""Patient."""

from dataclasses import dataclass
from datetime import date

from reprieve.core.patient import BornOn, Sex
from reprieve.core.reading import Reader
from reprieve.core.snapshot import read_birth_date
from reprieve.fhir.elements import code_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number somebody else knows the person by. kind: its type code ("MR", "SS"), or empty."""

    system: str
    value: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who this is. `born` is None when the record has no birth date."""

    family: str
    given: str
    sex: Sex
    born: BornOn | None
    died: str | None
    identifiers: tuple[Identifier, ...]
    phone: str | None
    email: str | None
    language: str | None


def from_fhir(resource: Reader, *, as_of: date) -> Person:
    """A Patient resource. A birth date in the future is a problem; none at all is not."""
    family, given = _name(resource)
    gender = resource.text("gender", required=False, choices=[*Sex])
    died = resource.text("deceasedDateTime", required=False)
    if resource.boolean("deceasedBoolean", required=False):
        died = died or "date not recorded"
    phone, email = _telecom(resource)
    return Person(
        family=family,
        given=given,
        sex=Sex(gender or "unknown"),
        born=read_birth_date(resource, as_of, key="birthDate"),
        died=died,
        identifiers=tuple(_identifiers(resource)),
        phone=phone,
        email=email,
        language=_language(resource),
    )


def _name(resource: Reader) -> tuple[str, str]:
    names = list(resource.tables("name", required=False))
    uses = {n.text("use", required=False): n for n in reversed(names)}
    name = uses.get("official") or uses.get("usual") or (names[0] if names else None)
    if name is None:
        return "", ""
    given = [g for g in name.array("given", required=False) if isinstance(g, str)]
    return name.text("family", required=False) or "", " ".join(given)


def _identifiers(resource: Reader) -> list[Identifier]:
    found = []
    for item in resource.tables("identifier", required=False):
        system, value = item.text("system", required=False), item.text("value", required=False)
        if value:
            kind = code_of(item, "type") or ""
            found.append(Identifier(system=system or "", value=value, kind=kind))
    return found


def _telecom(resource: Reader) -> tuple[str | None, str | None]:
    found: dict[str, str] = {}
    for item in resource.tables("telecom", required=False):
        system, value = item.text("system", required=False), item.text("value", required=False)
        if system and value:
            found.setdefault(system, value)
    return found.get("phone"), found.get("email")


def _language(resource: Reader) -> str | None:
    for item in resource.tables("communication", required=False):
        language = item.table("language", required=False)
        for coding in language.tables("coding", required=False) if language else ():
            return coding.text("code", required=False)
    return None

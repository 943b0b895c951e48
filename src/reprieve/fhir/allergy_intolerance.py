"""AllergyIntolerance."""

from reprieve.core.patient import Allergy, Ignored
from reprieve.core.reading import Reader
from reprieve.fhir.elements import code_of, codings

NO_KNOWN_ALLERGY = {"716186003", "409137002"}  # SNOMED CT: no known allergy, no known drug allergy


def from_fhir(resource: Reader, path: str) -> Allergy | Ignored | None:
    """An allergy; None where the record says that no allergy is known."""
    verification = code_of(resource, "verificationStatus")
    found, text = codings(resource, "code")
    if verification in ("entered-in-error", "refuted"):
        return Ignored(path, f"AllergyIntolerance: {verification.replace('-', ' ')}")
    if any(c.code in NO_KNOWN_ALLERGY for c in found):
        return None
    substances = [text]
    for reaction in resource.tables("reaction", required=False):
        codes, name = codings(reaction, "substance")
        found, substances = (*found, *codes), [*substances, name]
    name = " / ".join(dict.fromkeys(s for s in substances if s))
    if not name and not found:
        return Ignored(path, "AllergyIntolerance without a substance")
    rxnorm = tuple(c.code for c in found if c.system == "rxnorm")
    return Allergy(name=name or found[0].code, path=path, rxnorm=rxnorm, codings=found)

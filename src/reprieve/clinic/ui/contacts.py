"""Numbers to call at once, grouped as a sentence names them."""

import functools
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.knowledge.kinds import EmergencyContact

COUNTRIES = {"US": _("the US"), "CA": _("Canada")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One number and the records that say it is answered there."""

    number: str
    records: tuple[EmergencyContact, ...]

    @property
    def countries(self) -> str:
        codes = sorted({code for r in self.records for code in r.countries}, reverse=True)
        names = [str(COUNTRIES[code]) for code in codes]
        return str(_(" and ")).join(names)


@functools.cache
def contacts(service: str) -> tuple[Contact, ...]:
    """The numbers of a service ("emergency" or "crisis"), each with every country it serves."""
    found = sorted((c for c in knowledge.contacts() if c.service == service), key=_number)
    return tuple(Contact(number=n, records=tuple(rows)) for n, rows in groupby(found, _number))


def _number(contact: EmergencyContact) -> str:
    return contact.number

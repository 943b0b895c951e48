"""The published models, one file each. A new one is one file and one line here."""

from reprieve.core.pkpd.model import PkModel
from reprieve.core.pkpd.models import otto_2021

MODELS: dict[str, PkModel] = {m.MODEL.id: m.MODEL for m in (otto_2021,)}

"""The published models, one file each. A new one is one file and one line here."""

from reprieve.core.pkpd.model import PkModel
from reprieve.core.pkpd.models import (
    clements_1981,
    domino_1984,
    hijazi_2003,
    kamp_2020,
    otto_2021,
    perez_ruixo_2021,
    simons_2022,
)

MODELS: dict[str, PkModel] = {
    module.MODEL.id: module.MODEL
    for module in (
        otto_2021,
        simons_2022,
        perez_ruixo_2021,
        kamp_2020,
        domino_1984,
        clements_1981,
        hijazi_2003,
    )
}

# Models of children: named so that a request for one is refused with the reason.
CHILDREN_ONLY: dict[str, str] = {
    "herd-2007": "54 children, mean 8.3 years",
    "sherwin-2015": "57 children",
    "elkomy-2015": "21 children with heart disease, 6 months to 18 years",
    "hornik-2018": "113 children, median 3.3 years; clearance half the adult one",
    "flint-2017": "25 ventilated children, median 0.42 years",
    "brunette-2011": "20 burned children, 1 to 8 years, oral",
}

"""Units as people write them; UCUM stays on the wire and in the rows."""

from django.utils.translation import gettext_lazy as _

UNIT_NAMES = {
    "[lb_av]": _("lb"),
    "[in_i]": _("in"),
    "mm[Hg]": "mmHg",
    "umol/L": "µmol/L",
    "10*3/uL": "10³/µL",
    "10*6/uL": "10⁶/µL",
    "Cel": "°C",
    "{score}": "",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
}

"""What every page may need to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from reprieve import __version__


def page(request: HttpRequest) -> dict[str, Any]:
    """`demo`: invented patients, said on every page. `reprieve_version`: in the footer.

    `own_frame`: what the pages of one's own account stand in, a patient's or the clinic's.
    """
    patient = getattr(request, "roles", frozenset()) == {"patient"}
    return {
        "demo": getattr(settings, "DEMO", False),
        "reprieve_version": __version__,
        "own_frame": "patient.html" if patient else "staff.html",
    }

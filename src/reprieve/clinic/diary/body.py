"""The figure of the body map: our own drawing, front and back, a table of regions with a version.

Coordinates lie on a grid 200 wide and 420 high for each view. `side` is the patient's own: on the
front the patient's left is drawn on the right, as in a mirror held up to a friend, and the page says so.
A region is never taken out or moved within a version: stored maps are read by it.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

VERSION = "1"
WIDTH, HEIGHT = 200, 420


@dataclass(frozen=True, slots=True)
class Region:
    """One part that can be marked. d: its outline as an SVG path."""

    id: str
    view: str
    label: Any
    d: str


def _mirror(d: str) -> str:
    """The same outline on the other side of the middle line (x = 100). Absolute M, L, Q, Z only."""
    out, is_x = [], True
    for word in d.replace("M", " M ").replace("L", " L ").replace("Q", " Q ").split():
        if word in ("M", "L", "Q", "Z"):
            out.append(word)
            is_x = True
        else:
            out.append(f"{WIDTH - float(word):g}" if is_x else word)
            is_x = not is_x
    return " ".join(out)


# Outlines of the half with smaller x; the other half is its mirror image.
SHOULDER = "M 76 74 L 58 80 Q 48 86 46 102 L 62 108 L 76 96 Z"
UPPER_ARM = "M 46 102 L 62 108 L 58 150 L 40 148 Z"
FOREARM = "M 40 148 L 58 150 L 50 198 L 34 196 Z"
HAND = "M 34 196 L 50 198 Q 52 220 42 230 Q 28 226 30 208 Z"
CHEST = "M 76 74 L 100 76 L 100 126 L 66 126 L 62 108 L 76 96 Z"
BELLY = "M 66 126 L 100 126 L 100 176 L 66 176 Z"
HIP = "M 66 176 L 100 176 L 100 206 L 62 206 Z"
THIGH = "M 62 206 L 98 206 L 94 278 L 68 278 Z"
KNEE = "M 68 278 L 94 278 L 92 306 L 70 306 Z"
SHIN = "M 70 306 L 92 306 L 88 372 L 74 372 Z"
FOOT = "M 74 372 L 88 372 L 90 396 Q 78 404 66 398 Z"
NECK = "M 88 56 L 112 56 L 114 72 L 124 75 L 100 77 L 76 75 L 86 72 Z"
HEAD = "M 100 8 Q 124 8 124 34 Q 122 56 100 56 Q 78 56 76 34 Q 76 8 100 8 Z"

_SIDES = (
    ("shoulder", _("Left shoulder"), _("Right shoulder"), SHOULDER),
    ("upper-arm", _("Left upper arm"), _("Right upper arm"), UPPER_ARM),
    ("forearm", _("Left forearm"), _("Right forearm"), FOREARM),
    ("hand", _("Left hand"), _("Right hand"), HAND),
    ("chest", _("Left chest"), _("Right chest"), CHEST),
    ("belly", _("Left belly"), _("Right belly"), BELLY),
    ("hip", _("Left hip or groin"), _("Right hip or groin"), HIP),
    ("thigh", _("Left thigh"), _("Right thigh"), THIGH),
    ("knee", _("Left knee"), _("Right knee"), KNEE),
    ("shin", _("Left shin"), _("Right shin"), SHIN),
    ("foot", _("Left foot"), _("Right foot"), FOOT),
)
_BACK = (
    ("shoulder-blade", _("Left shoulder blade"), _("Right shoulder blade"), CHEST),
    ("back-of-shoulder", _("Left shoulder, back"), _("Right shoulder, back"), SHOULDER),
    ("back-of-upper-arm", _("Left upper arm, back"), _("Right upper arm, back"), UPPER_ARM),
    (
        "elbow-forearm",
        _("Left elbow and forearm, back"),
        _("Right elbow and forearm, back"),
        FOREARM,
    ),
    ("back-of-hand", _("Left hand, back"), _("Right hand, back"), HAND),
    ("low-back", _("Left low back"), _("Right low back"), BELLY),
    ("buttock", _("Left buttock"), _("Right buttock"), HIP),
    ("back-of-thigh", _("Left thigh, back"), _("Right thigh, back"), THIGH),
    ("back-of-knee", _("Left knee, back"), _("Right knee, back"), KNEE),
    ("calf", _("Left calf"), _("Right calf"), SHIN),
    ("heel", _("Left heel and sole"), _("Right heel and sole"), FOOT),
)


def _regions() -> tuple[Region, ...]:
    found = [
        Region("head-front", "front", _("Face and forehead"), HEAD),
        Region("neck-front", "front", _("Neck, front"), NECK),
    ]
    for key, left, right, d in _SIDES:  # facing us: the patient's right is at small x
        found += [
            Region(f"{key}-right", "front", right, d),
            Region(f"{key}-left", "front", left, _mirror(d)),
        ]
    found += [
        Region("head-back", "back", _("Back of the head"), HEAD),
        Region("neck-back", "back", _("Neck, back"), NECK),
    ]
    for key, left, right, d in _BACK:  # seen from behind: the patient's left is at small x
        found += [
            Region(f"{key}-left", "back", left, d),
            Region(f"{key}-right", "back", right, _mirror(d)),
        ]
    return tuple(found)


REGIONS = _regions()
BY_ID = {region.id: region for region in REGIONS}


def views() -> list[tuple[str, Any, Any, list[Region]]]:
    """Front and back: key, title, which side is the patient's left, regions."""
    front = [r for r in REGIONS if r.view == "front"]
    back = [r for r in REGIONS if r.view == "back"]
    return [
        ("front", _("Front of the body"), "right", front),
        ("back", _("Back of the body"), "left", back),
    ]

"""A hundred figures: how many of them had the effect. Filled or outlined, so colour is not needed."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

COLUMNS, WIDE, HIGH = 10, 12, 18


def figures(count: int, words: str) -> SafeString:
    """An SVG of 100 people, the first `count` filled. words: what a screen reader says."""
    return format_html(
        '<svg class="figures" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="had" d="{}"/><path class="had-not" d="{}"/></svg>',
        COLUMNS * WIDE,
        100 // COLUMNS * HIGH,
        words,
        "".join(_figure(i) for i in range(count)),
        "".join(_figure(i) for i in range(count, 100)),
    )


def _figure(index: int) -> str:
    """A head and a body in cell `index`, filled row by row from the top."""
    x, y = index % COLUMNS * WIDE, index // COLUMNS * HIGH
    return f"M{x + 3.6} {y + 4}a2.4 2.4 0 1 1 4.8 0a2.4 2.4 0 1 1-4.8 0zM{x + 2} {y + 16}v-5a4 4 0 0 1 8 0v5z"

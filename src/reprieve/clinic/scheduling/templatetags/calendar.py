"""Where each visit stands, as CSS: the policy of the pages allows no style attributes."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from reprieve.clinic.scheduling.grid import HEAD_ROWS, Grid

register = template.Library()


@register.simple_tag
def grid_css(grid: Grid) -> SafeString:
    """One rule for each head, hour and visit; made of whole numbers alone."""
    columns = len(grid.columns)
    rules = [
        f"#day{{grid-template-columns:3.5rem repeat({columns},minmax(8.5rem,1fr))}}",
        f"#day{{grid-template-rows:repeat({HEAD_ROWS},auto) repeat({grid.rows},.5rem)}}",
    ]
    rules += [f"#c{n}{{grid-column:{n + 1};grid-row:1}}" for n in range(1, columns + 1)]
    rules += [f"#h{n}{{grid-row:{row}/span 12}}" for n, (_hour, row) in enumerate(grid.hours, 1)]
    for n, card in enumerate(grid.cards, 1):
        until = card.first_row + card.rows
        rules.append(f"#v{n}{{grid-column:{card.column};grid-row:{card.first_row}/{until}}}")
        if card.turnover_rows:
            end = until + card.turnover_rows
            rules.append(f"#t{n}{{grid-column:{card.column};grid-row:{until}/{end}}}")
    return mark_safe(f"@media (min-width: 48.01rem){{{''.join(rules)}}}")  # noqa: S308  numbers

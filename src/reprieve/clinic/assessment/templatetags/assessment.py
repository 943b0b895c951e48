"""What the assessment page needs beyond the components."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def override_of(typed: Mapping[str, Any], code: str) -> str:
    """The reason typed so far for one finding: nothing typed is lost when the page comes back."""
    return str(typed.get(f"override-{code}", ""))


@register.filter
def at(table: Mapping[str, Any], key: str) -> Any:
    return table.get(key, "")

"""All components on one page, for whoever builds or checks a screen."""

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

_EXAMPLES = (
    ("block", "ci_example_block", "Systolic pressure above the limit of this example.", "recalled"),
    (
        "hold",
        "ci_example_hold",
        "A reading older than 30 days stands in for today's.",
        "project_default",
    ),
    ("warn", "ix_example_warn", "Exposure rises with a medicine on the list.", "full_text"),
    ("ask", "ci_example_ask", "Nobody has said whether this applies.", "second_hand"),
    ("note", "ix_example_note", "Measured for another route than this one.", "excerpt_or_abstract"),
)


@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Nothing here speaks of a person: the sentences only show how a component is drawn."""
    findings = [
        SimpleNamespace(
            action=action,
            code=code,
            message=message,
            because=("The patient fact it rests on, with its date.",),
            clears_when="What would settle it.",
            evidence=SimpleNamespace(
                source="SOURCE-ID", locator="section 3", grade=None, verification=status
            ),
        )
        for action, code, message, status in _EXAMPLES
    ]
    return render(request, "ui/looks.html", {"findings": findings, "stage": "looks"})

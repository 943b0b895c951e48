"""The page of the clinic's own caps."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reprieve.clinic.audit.services import actor_of
from reprieve.clinic.plan.caps import CapForm, list_caps, set_cap


@require_safe
def caps(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
def sign_cap(request: HttpRequest, limit_id: str) -> HttpResponse:
    """Sign one cap; what was typed stays when it cannot be used."""
    if limit_id not in {row.limit.id for row in list_caps(request.clinic)}:
        raise Http404
    form = CapForm(request.POST, prefix=limit_id)
    if not form.is_valid():
        return _page(request, form, status=422)
    set_cap(
        clinic=request.clinic,
        limit_id=limit_id,
        by=actor_of(request),
        at=timezone.now(),
        **form.cleaned_data,
    )
    messages.success(request, _("Signed. Plans from now on are held to it."))
    return redirect("caps")


def _page(request: HttpRequest, sent: CapForm | None = None, status: int = 200) -> HttpResponse:
    rows = list_caps(request.clinic)
    forms = {row.limit.id: CapForm(prefix=row.limit.id) for row in rows}
    if sent is not None:
        forms[sent.prefix] = sent
    context = {
        "stage": "caps",
        "rows": [(row, forms[row.limit.id]) for row in rows],
        "sent": sent,
    }
    return render(request, "plan/caps.html", context, status=status)

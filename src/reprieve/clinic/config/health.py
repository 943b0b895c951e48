"""Is it alive, and can it serve?"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from reprieve import __version__
from reprieve.clinic.audit.append_only import unprotected_tables


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 while the process answers."""
    return JsonResponse({"status": "alive", "reprieve": __version__})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when patients can be looked after; 503 with what is missing, and no secrets."""
    missing = not_ready()
    body = {"status": "not ready" if missing else "ready", "missing": missing}
    return JsonResponse(body, status=503 if missing else 200)


def not_ready() -> list[str]:
    """What stands between this process and serving, each a few words."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["database migrations"]
        return [f"append-only trigger on {table}" for table in unprotected_tables(connection)]
    except Exception:  # whatever the database says, it may hold a name or an address
        return ["database"]

"""Why a verdict is what it is, as JSON."""

from datetime import datetime

from reconciler import __version__
from reconciler.core.explain import origin_of
from reconciler.core.rows import told
from reconciler.model.call import Json
from reconciler.model.observed import Mirror, ObservedSource, Run
from reconciler.render.explained import Book, Page
from reconciler.render.json_ledger import entry_of
from reconciler.render.json_parts import connection, resources, step, time_text
from reconciler.render.json_view import FORMAT_VERSION


def explain(book: Book) -> dict[str, Json]:
    """Every address with what stands behind its verdict.

    Args:
        book: What is explained.
    """
    return {
        "format_version": FORMAT_VERSION,
        "reconciler_version": __version__,
        "incomplete": list(book.incomplete),
        "connection": connection(book.connection) if book.connection else None,
        "requests": [
            {"at": time_text(r.at), "request": r.text, "status": r.status} for r in book.requests
        ],
        "ledger": book.place or None,
        "resources": [_page(page) for page in book.pages],
    }


def _page(page: Page) -> Json:
    explained = page.explained
    place = origin_of(explained)
    runs = explained.topic.runs if explained.topic else None
    return {
        **_resource(page),
        "rule": {
            "file": place.file,
            "line": place.line,
            "text": list(page.quote),
        }
        if explained.rule
        else None,
        "row": {"name": explained.finding.row or None, "text": told(explained.finding.row)},
        "observed": {
            "source": _source(explained.source),
            "runs": None if runs is None else [_run(run) for run in runs],
            "mirror": _mirror(explained.mirror),
        },
        "ledger": [entry_of(item) for item in page.entries],
        "step": step(explained.step) if explained.step else None,
    }


def _resource(page: Page) -> dict[str, Json]:
    found = resources([page.explained.finding])[0]
    return found if isinstance(found, dict) else {}


def _time(time: datetime | None) -> str | None:
    return time_text(time) if time else None


def _source(source: ObservedSource | None) -> Json:
    if source is None:
        return None
    return {
        "id": source.id,
        "name": source.name or None,
        "status": source.status,
        "connector": source.connector or None,
    }


def _run(run: Run) -> Json:
    return {
        "status": run.status,
        "type": run.type and str(run.type),
        "submitted": _time(run.submitted),
        "started": _time(run.started),
        "ended": _time(run.ended),
        "rows_scanned": run.rows_scanned,
        "rows_total": run.rows_total,
        "eta_seconds": int(run.eta.total_seconds()) if run.eta else None,
        "trace": run.trace or None,
    }


def _mirror(mirror: Mirror | None) -> Json:
    if mirror is None:
        return None
    return {
        "status": mirror.status,
        "error": mirror.error or None,
        "since": _time(mirror.state_time),
        "lag": mirror.lag,
    }

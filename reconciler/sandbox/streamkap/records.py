"""Runs as they are stored: every fact, in JSON, and back."""

from reconciler.sandbox.fields import Section
from reconciler.sandbox.streamkap.nouns import SNAPSHOT_STATUSES, TYPES, Ended, Part, Run


def run_document(run: Run) -> dict[str, object]:
    """A run as JSON; times in seconds since 1970."""
    return {
        "number": run.number,
        "source_id": run.source_id,
        "source_name": run.source_name,
        "type": run.type,
        "submitted": run.submitted,
        "starts": run.starts,
        "rate": run.rate,
        "parts": [_part_document(part) for part in run.parts],
        "conditions": [
            {"collection": collection, "filter": chosen} for collection, chosen in run.conditions
        ],
        "surrogate_key": run.surrogate_key,
        "request": run.request,
    }


def read_run(given: Section) -> Run:
    """A run from what `run_document` wrote.

    Raises:
        WorldInvalid: It is something else.
    """
    run = Run(
        number=given.count("number", 0),
        source_id=given.text("source_id"),
        source_name=given.text("source_name"),
        type=given.word("type", TYPES, ""),
        submitted=given.number("submitted", 0.0),
        starts=given.number("starts", 0.0),
        rate=given.number("rate", 1.0),
        parts=tuple(_read_part(item) for item in given.sections("parts")),
        conditions=tuple(
            (str(item.maybe_text("collection")), str(item.maybe_text("filter")))
            for item in given.sections("conditions")
        ),
        surrogate_key=given.maybe_text("surrogate_key"),
        request=given.maybe_count("request"),
    )
    given.finish()
    return run


def _part_document(part: Part) -> dict[str, object]:
    document: dict[str, object] = {
        "topic": part.topic,
        "rows": part.rows,
        "from_rows": part.from_rows,
        "shown_start": part.shown_start,
        "shown_submit": part.shown_submit,
        "cancelled": part.cancelled,
        "begun": part.begun or None,
        "trace": part.trace,
    }
    if (outcome := part.outcome) is not None:
        document["outcome"] = {
            "status": outcome.status,
            "started": outcome.started,
            "ended": outcome.ended,
            "rows": outcome.rows,
        }
    return {name: value for name, value in document.items() if value is not None}


def _read_part(given: Section) -> Part:
    return Part(
        topic=given.text("topic"),
        rows=given.count("rows", 0),
        from_rows=given.count("from_rows", 0),
        shown_start=given.maybe_number("shown_start"),
        shown_submit=given.maybe_number("shown_submit"),
        cancelled=given.maybe_number("cancelled"),
        begun=given.flag("begun", default=False),
        trace=given.maybe_text("trace"),
        outcome=_read_outcome(given),
    )


def _read_outcome(given: Section) -> Ended | None:
    if not given.mapping("outcome"):
        return None
    inner = given.section("outcome")
    return Ended(
        status=inner.word("status", SNAPSHOT_STATUSES, ""),
        started=inner.maybe_number("started"),
        ended=inner.number("ended", 0.0),
        rows=inner.count("rows", 0),
    )

"""Why a verdict is what it is, folded where there is much of it."""

from datetime import UTC, datetime, timedelta

from reconciler.core.explain import Explained
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import ProviderName, SnapshotType
from reconciler.model.observed import (
    Mirror,
    ObservedSource,
    ObservedTopic,
    Problem,
    ProblemKind,
    Run,
)
from reconciler.model.plan import PlanConnection
from reconciler.model.request import Request
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import replace
from reconciler.render.explained import Book, Page
from reconciler.render.lines import plain
from reconciler.render.text_explain import explain, seen_of
from reconciler.render.view import View

AT = datetime(2026, 1, 1, tzinfo=UTC)
A = Address(Kind.SOURCE, "a")
SOURCE = ObservedSource("i1", "one", "Active", "postgresql", ())
KAP = PlanConnection("kap", ProviderName.STREAMKAP, "host", 1, 0, 0, AT)


def page(topic: str, verdict: Verdict = Verdict.BLOCKED, **more: object) -> Page:
    finding = Finding(A.of(topic), verdict, "why", Origin("a.yaml", 1), **more)
    return Page(Explained(finding))


def shown(*pages: Page, view: View | None = None, **more: object) -> str:
    book = Book(pages, **({"connection": None, "requests": (), "place": ""} | more))
    return plain(explain(book, view or View()))


def test_of_many_topics_some_are_shown_and_how_many_more() -> None:
    pages = [page(f"t{n:02}") for n in range(25)]

    assert "... and 5 more topics, -v shows them" in shown(*pages)
    assert "Source/a/t24" in shown(*pages, view=View(verbose=True))


def test_of_many_requests_some_are_shown_and_how_many_more() -> None:
    requests = [Request(AT, f"GET /{n}", None) for n in range(15)]
    text = shown(connection=KAP, requests=requests)

    assert text.splitlines()[0] == "Asked of kap, whose clock said 2026-01-01T00:00:00Z:"
    assert "  2026-01-01T00:00:00Z  no answer  GET /0\n" in text
    assert "  ... and 3 more, -v shows them\n" in text


def test_everything_that_a_finding_says_is_shown() -> None:
    text = shown(
        page("t", advice="mend it", note="a note", cause=Cause.DRIFT, before="b", after="w")
    )

    assert "    cause: drift: it moved\n" in text
    assert "    note: a note\n    do: mend it\n" in text
    assert "  Wanted: w\n" in text
    assert "  Observed: b\n" in text


def test_runs_are_told_newest_first_with_everything_they_have() -> None:
    runs = tuple(Run("completed", started=AT + timedelta(days=n)) for n in range(6))
    failed = Run(
        "failed",
        SnapshotType.INCREMENTAL,
        submitted=AT,
        rows_scanned=1000,
        rows_total=2000,
        eta=timedelta(minutes=1),
        trace="no space",
    )
    topic = ObservedTopic("t", (*runs, Run("pending"), failed))
    one = replace(page("t").explained, source=SOURCE, topic=topic)
    rows = seen_of(one, verbose=False)

    assert rows[:2] == [
        "source i1 (one, postgresql, Active)",
        "run completed: started 2026-01-06T00:00:00Z",
    ]
    assert rows[-1] == "... and 3 older runs, -v shows them"
    assert (
        "run failed: incremental, submitted 2026-01-01T00:00:00Z, 1,000 of 2,000 rows, about 1m left,"
        " no space"
    ) in seen_of(one, verbose=True)
    assert seen_of(one, verbose=True)[-1] == "run pending: undated"


def test_what_could_not_be_read_says_why() -> None:
    one = page("t").explained
    problem = Problem(ProblemKind.UNREADABLE, "HTTP 500")

    assert seen_of(replace(one, topic=ObservedTopic("t", None, problem)), verbose=False) == [
        "HTTP 500"
    ]
    assert seen_of(replace(one, topic=ObservedTopic("t", None)), verbose=False) == [
        "its state was not read"
    ]
    assert seen_of(one, verbose=False) == []


def test_a_mirror_is_told_with_its_error_and_lag() -> None:
    one = page("t").explained
    mirrors = (Mirror("t", None), Mirror("t", "FAILED", "GONE", AT, 1234))

    assert [seen_of(replace(one, mirror=m), verbose=False) for m in mirrors] == [
        ["mirror topic without a status"],
        ["mirror topic FAILED, since 2026-01-01T00:00:00Z, 1,234 messages behind, GONE"],
    ]

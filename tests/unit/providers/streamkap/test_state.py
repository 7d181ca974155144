from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.desired import SnapshotType
from reconciler.model.observed import ObservedTopic, Problem, ProblemKind, Run
from reconciler.providers.streamkap import wire
from reconciler.providers.streamkap.state import from_lineage, from_metrics, ignored, stripped

NINE = datetime(2026, 11, 1, 9, tzinfo=UTC)
TEN = datetime(2026, 11, 1, 10, tzinfo=UTC)
OLD = wire.Detail("completed", "2026-11-01T09:00:00Z")
NEW = wire.Detail("failed", "2026-11-01T10:00:00Z", trace="boom")
UNDATED = wire.Detail("completed")
NOTHING = "Streamkap shows neither runs nor an empty list"


def runs(details: list[wire.Detail] | None, word: str | None) -> tuple[Run, ...] | None:
    topic = wire.LineageTopic("source_s.a.b", snapshot_details=details, snapshot_status=word)
    return from_lineage("s", [topic]).of("a.b").runs


@pytest.mark.parametrize(
    ("details", "word", "expected"),
    [
        (None, None, None),
        (None, "", None),
        (None, "running", (Run("running"),)),
        ([], None, ()),
        ([], "running", (Run("running"),)),
        ([], "completed", (Run("completed"),)),
        ([], "HIBERNATING", (Run("HIBERNATING"),)),
        ([OLD], None, (Run("completed", started=NINE),)),
        ([OLD], "completed", (Run("completed", started=NINE),)),
        ([OLD], "running", (Run("completed", started=NINE), Run("running"))),
        ([OLD], "failed", (Run("completed", started=NINE), Run("failed"))),
        (
            [OLD, NEW],
            "failed",
            (Run("completed", started=NINE), Run("failed", started=TEN, trace="boom")),
        ),
        (
            [NEW, OLD],
            "completed",
            (
                Run("failed", started=TEN, trace="boom"),
                Run("completed", started=NINE),
                Run("completed"),
            ),
        ),
        ([UNDATED], "completed", (Run("completed"),)),
        (
            [UNDATED, NEW],
            "completed",
            (Run("completed"), Run("failed", started=TEN, trace="boom")),
        ),
    ],
)
def test_neither_the_details_nor_the_word_is_dropped(
    details: list[wire.Detail] | None, word: str | None, expected: tuple[Run, ...] | None
) -> None:
    assert runs(details, word) == expected


def test_a_topic_without_any_state_says_why_it_is_unreadable() -> None:
    topic = from_lineage("s", [wire.LineageTopic("source_s.a")]).of("a")

    problem = Problem(ProblemKind.SILENT, f"{NOTHING} for this topic")
    assert topic == ObservedTopic("a", None, problem)


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        (wire.Detail("completed", "soon"), "'soon' is not a time"),
        (wire.Detail("completed", None, 12), "12 is not a time"),
        (wire.Detail(None, "2026-11-01T09:00:00Z"), "a run is shown without a status"),
    ],
)
def test_one_unreadable_run_makes_its_topic_unreadable_and_no_other(
    detail: wire.Detail, reason: str
) -> None:
    state = from_lineage(
        "s",
        [
            wire.LineageTopic("source_s.a", snapshot_details=[OLD, detail]),
            wire.LineageTopic("source_s.b", snapshot_details=[]),
        ],
    )

    problem = Problem(ProblemKind.UNREADABLE, reason)
    assert state.topics == {
        "a": ObservedTopic("a", None, problem),
        "b": ObservedTopic("b", ()),
    }


def test_every_figure_of_a_run_is_kept() -> None:
    progress = wire.Progress("running", "blocking")
    detail = wire.Detail("running", "2026-11-01T09:00:00Z", None, 10.0, 40.0, None, 1500)
    topic = wire.LineageTopic("source_s.a", None, wire.LineageSource(progress), "running", [detail])

    found = from_lineage("s", [topic]).of("a").runs

    assert found == (
        Run(
            "running",
            SnapshotType.BLOCKING,
            started=NINE,
            rows_scanned=10,
            rows_total=40,
            eta=timedelta(seconds=1.5),
        ),
    )


@pytest.mark.parametrize("eta", [None, 0, -5, 1e300])
def test_an_eta_that_says_nothing_is_none(eta: float | None) -> None:
    found = runs([wire.Detail("running", eta_ms=eta)], None)

    assert found == (Run("running"),)


@pytest.mark.parametrize(
    ("progress", "kind"),
    [
        (wire.Progress("running", "incremental"), SnapshotType.INCREMENTAL),
        (wire.Progress("PENDING", "blocking"), SnapshotType.BLOCKING),
        (wire.Progress(None, "blocking"), SnapshotType.BLOCKING),
        (wire.Progress("completed", "blocking"), None),
        (wire.Progress("running", "magic"), None),
        (wire.Progress("running", None), None),
        (None, None),
    ],
)
def test_the_type_of_a_run_is_that_of_the_progress_under_way(
    progress: wire.Progress | None, kind: SnapshotType | None
) -> None:
    topic = wire.LineageTopic(
        "source_s.a",
        source=wire.LineageSource(progress),
        snapshot_status="pending",
        snapshot_details=[OLD],
    )

    found = from_lineage("s", [topic]).of("a").runs

    assert found == (Run("completed", started=NINE), Run("pending", kind))


def test_a_topic_that_the_answer_does_not_mention_never_ran() -> None:
    assert from_lineage("s", []).of("a") == ObservedTopic("a", ())


def test_a_source_that_the_answer_does_not_mention_is_unreadable() -> None:
    state = from_lineage("s", None)

    assert state.of("a").problem == Problem(ProblemKind.SILENT, f"{NOTHING} for source s")
    assert state.of("a").runs is None


def test_topics_of_another_source_are_ignored_with_a_warning() -> None:
    state = from_lineage(
        "s",
        [
            wire.LineageTopic("source_s.a", snapshot_details=[]),
            wire.LineageTopic("source_t.b", snapshot_details=[]),
            wire.LineageTopic(None, "source_s.c", snapshot_details=[]),
            wire.LineageTopic(None, None, snapshot_details=[]),
        ],
    )

    assert sorted(state.topics) == ["a", "c"]
    assert state.warnings == ("source s: ignored topic '' and 1 more: not named source_s.<topic>",)


def test_an_answer_that_names_no_topic_of_the_source_says_nothing_of_it() -> None:
    state = from_lineage("s", [wire.LineageTopic("a", snapshot_details=[])])

    problem = Problem(ProblemKind.UNREADABLE, "no topic in the answer is named source_s.<topic>")
    assert state.of("a") == ObservedTopic("a", None, problem)
    assert state.warnings == ("source s: ignored topic 'a': not named source_s.<topic>",)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            [OLD],
            [NEW, OLD],
            (Run("completed", started=NINE), Run("failed", started=TEN, trace="boom")),
        ),
        (None, [OLD], None),
        ([OLD], None, None),
    ],
)
def test_a_topic_listed_twice_has_the_runs_of_both(
    first: list[wire.Detail] | None,
    second: list[wire.Detail] | None,
    expected: tuple[Run, ...] | None,
) -> None:
    topics = [wire.LineageTopic("source_s.a", snapshot_details=item) for item in (first, second)]

    assert from_lineage("s", topics).of("a").runs == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (wire.TopicStatus("source_s.a", "running"), (Run("running"),)),
        (
            wire.TopicStatus("source_s.a", "completed", "2026-11-01T09:00:00"),
            (Run("completed", submitted=NINE),),
        ),
        (wire.TopicStatus("source_s.a", None), None),
        (wire.TopicStatus("source_s.a", "completed", "x"), None),
    ],
)
def test_metrics_show_the_last_run_by_when_it_was_asked_for(
    status: wire.TopicStatus, expected: tuple[Run, ...] | None
) -> None:
    assert from_metrics("s", [status]).of("a").runs == expected


def test_metrics_with_an_empty_list_mean_that_nothing_ran() -> None:
    assert from_metrics("s", []).of("a") == ObservedTopic("a", ())


def test_metrics_without_a_list_are_unreadable() -> None:
    assert from_metrics("s", None).problem == Problem(ProblemKind.SILENT, f"{NOTHING} for source s")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["source_s.public.users"], "public.users"),
        ([None, "source_s.a"], "a"),
        (["x", "source_s.a"], "a"),
        (["source_s."], None),
        (["source_ss.a"], None),
        (["Source_s.a"], None),
        (["a"], None),
        ([], None),
    ],
)
def test_exactly_the_prefix_of_the_source_is_stripped(
    names: list[str | None], expected: str | None
) -> None:
    assert stripped("s", *names) == expected


def test_nothing_ignored_is_no_warning() -> None:
    assert ignored("s", []) == ()

"""How far sources and links are, from single topics."""

from datetime import timedelta

from reconciler.core.progress import Moving, parts_of, targets_of
from reconciler.core.sight import Sight
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import Desired, DesiredLink, DesiredSource
from reconciler.model.observed import Mirror, ObservedSource, ObservedTopic, Run
from reconciler.model.progress import Part

SOURCE, LINK = Address(Kind.SOURCE, "a"), Address(Kind.CLUSTER_LINK, "l")


def running(scanned: int | None, total: int | None, minutes: int | None = None) -> Run:
    eta = None if minutes is None else timedelta(minutes=minutes)
    return Run("running", rows_scanned=scanned, rows_total=total, eta=eta)


def sight(**topics: tuple[Run, ...] | None) -> Sight:
    seen = tuple(ObservedTopic(name, runs) for name, runs in topics.items())
    mirrors = {m.name: m for m in (Mirror("x", "ACTIVE", lag=7), Mirror("y", "PAUSED"))}
    return Sight({"id": ObservedSource("id", "kap", None, "", seen)}, {"c/l": mirrors})


def moving(name: str, *, is_done: bool = False) -> Moving:
    return Moving(SOURCE.of(name), "id", is_done)


def test_rows_add_up_over_the_runs_under_way_and_the_slowest_says_how_long() -> None:
    seen = sight(
        a=(running(1, 10, 2), Run("completed", rows_scanned=9, rows_total=9)),
        b=(running(4, 10, 5),),
        c=(running(None, 10),),
        d=(running(8, 8),),
        e=None,
    )
    found = parts_of([*map(moving, "abce"), moving("d", is_done=True)], seen)

    assert found == (Part(SOURCE, 1, 5, "running", 5, 20, timedelta(minutes=5)),)
    assert found[0].percent == 25.0


def test_figures_that_are_not_told_stay_unknown() -> None:
    found = parts_of([moving("a"), moving("gone")], sight(a=(Run("pending"), running(1, None))))

    assert found == (Part(SOURCE, 0, 2),)
    assert found[0].percent is None


def test_a_link_tells_its_greatest_lag_and_the_word_of_what_is_left() -> None:
    items = [Moving(LINK.of("x"), "c/l", False), Moving(LINK.of("y"), "c/l", True)]

    assert parts_of(items, sight()) == (Part(LINK, 1, 2, "ACTIVE", lag=7),)


def test_of_what_was_not_seen_only_counts_are_told() -> None:
    assert parts_of([moving("a", is_done=True)], Sight({}, {})) == (Part(SOURCE, 1, 1),)


def test_documents_are_told_by_what_the_vendor_calls_them() -> None:
    desired = Desired(
        sources=(
            DesiredSource(SOURCE, Origin("f", 1), "c", "kap", "", ()),
            DesiredSource(Address(Kind.SOURCE, "b"), Origin("f", 1), "c", "", "id", ()),
            DesiredSource(Address(Kind.SOURCE, "c"), Origin("f", 1), "c", "unseen", "", ()),
        ),
        links=(DesiredLink(LINK, Origin("f", 1), "c", "c", "l", ()),),
    )

    assert targets_of(desired, sight()) == {
        SOURCE: "id",
        Address(Kind.SOURCE, "b"): "id",
        LINK: "c/l",
    }

"""Every row at a small size: what is counted is right, and nothing is timed."""

import pytest

from benchmarks.curves import curves
from benchmarks.fleet import Fleet
from benchmarks.rows import QUICK, ROWS, Line, ratio, slope


def measured(row: str) -> dict[str, Line]:
    return {line.key: line for line in ROWS[row](QUICK)}


def counted(line: Line, *names: str) -> dict[str, object]:
    return {name: line.facts[name] for name in names}


def test_a_plan_of_links_takes_two_requests_to_a_cluster() -> None:
    line = measured("links")["links"]

    expected = {"requests": 4, "changes": 2, "in_sync": 18, "calls": 2}
    assert counted(line, *expected) == expected


def test_a_plan_of_one_cluster_takes_two_requests_and_has_a_peak() -> None:
    lines = measured("cluster")

    expected = {"requests": 2, "changes": 2, "in_sync": 18, "calls": 2}
    assert counted(lines["cluster"], *expected) == expected
    assert lines["cluster-memory"].value > 0


def test_a_plan_of_sources_takes_no_more_requests_than_lists_have_pages() -> None:
    """A hundred sources: a token, a page, a batch, and 5,000 topics in three lists of pages."""
    line = measured("sources")["sources"]

    expected = {"changes": 50, "in_sync": 4950, "calls": 1}
    assert counted(line, *expected) == expected
    assert line.facts["requests"] <= 56


@pytest.mark.parametrize(("row", "fewest"), [("pause", 4), ("fleet", 13)])
def test_an_apply_takes_the_fewest_requests(row: str, fewest: int) -> None:
    line = measured(row)[row]

    assert counted(line, "requests", "fewest") == {"requests": fewest, "fewest": fewest}


def test_growth_is_of_every_size_and_has_a_peak() -> None:
    lines = measured("growth")

    assert list(lines) == ["growth", "growth-memory"]
    assert lines["growth-memory"].unit == "MB"


def test_every_document_is_read() -> None:
    line = measured("validate")["validate"]

    assert line.facts["documents"] == 100


def test_a_whole_command_is_raced_against_a_floor() -> None:
    line = measured("version")["version"]

    assert line.ours > 0
    assert line.floor > 0


def test_a_loop_over_topics_takes_two_requests_for_each_and_an_apply_four_in_all() -> None:
    points = curves(0.0, (3,), 1)

    found = {(point.who, point.topics): point.requests for point in points}
    assert found == {
        ("naive", 3): 6,
        ("ten", 3): 6,
        ("ours", 3): 4,
        ("floor", 3): 4,
    }


def test_a_ratio_is_the_median_of_the_turns() -> None:
    assert ratio([(2.0, 1.0), (9.0, 1.0), (3.0, 1.0)]) == 3.0


@pytest.mark.parametrize(
    ("seconds", "exponent"),
    [({10: 1.0, 100: 10.0, 1000: 100.0}, 1.0), ({10: 1.0, 100: 100.0}, 2.0)],
)
def test_a_slope_is_the_exponent_of_growth(seconds: dict[int, float], exponent: float) -> None:
    assert slope(seconds) == pytest.approx(exponent)


def test_an_ideal_apply_waits_for_each_phase() -> None:
    """A hundred lists are seven rounds of 16, a thousand pauses 63."""
    fleet = Fleet(links=1000, mirrors=10, astray=2)

    assert fleet.phases == (100, 100, 1000, 100)
    assert fleet.ideal(0.05) == pytest.approx((7 + 7 + 63 + 7) * 0.05)


def test_a_number_is_ok_up_to_its_bound() -> None:
    lines = [Line("row", "what", "floor", value, 1.5) for value in (1.49, 1.5, 1.51)]

    assert [line.is_ok for line in lines] == [True, True, False]

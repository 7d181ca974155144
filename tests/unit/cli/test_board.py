"""What a terminal shows of a command under way, however narrow, low or crowded it is."""

import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.cli.board import Board, Moment, rows
from reconciler.cli.live import live, terminal_of, text_of
from reconciler.engine.events import Event, Stage
from reconciler.model.address import Address, Kind
from reconciler.model.progress import Part
from reconciler.render.lines import Style, Styled, columns, line, plain
from tests.unit.cli.streams import Tty


def source(name: str, done: int = 0, total: int = 1, **more: object) -> Part:
    return Part(Address(Kind.SOURCE, name), done, total, **more)


def link(name: str, done: int, total: int, lag: int) -> Part:
    return Part(Address(Kind.CLUSTER_LINK, name), done, total, "ACTIVE", lag=lag)


def settling(*parts: Part, connection: str = "kap") -> Event:
    return Event(Stage.SETTLE, "moves", connection=connection, parts=parts)


def shown(board: Board, width: int = 100, height: int = 24, **moment: object) -> list[str]:
    return plain(rows(board, Moment(**moment), width, height)).splitlines()


def test_connections_are_shown_until_they_have_answered() -> None:
    board = Board(("east", "west")).heed(Event(Stage.OBSERVE, "east", 1, 2, "east"))

    found = shown(board, elapsed=timedelta(seconds=75), sent={"west": 12})
    assert found == ["Observing 1m 15s [1/2]: east", "  west: observing, 12 requests"]


def test_one_that_does_not_answer_says_why_until_it_does() -> None:
    down = Board(("west",)).heed(Event(Stage.OBSERVE, "west", 1, 1, "west", problem="no route"))
    up = down.heed(Event(Stage.OBSERVE, "west", 1, 1, "west"))

    assert shown(down)[1:] == ["  ! no route"]
    assert shown(up)[1:] == []


def test_what_the_calls_left_take_at_the_rate_is_told() -> None:
    event = Event(Stage.SEND, "s1: POST /x", connection="kap", remaining=timedelta(seconds=90))
    board = Board().heed(event)

    assert shown(board) == ["Sending 0s: s1: POST /x, at least 1m 30s for the calls left"]
    assert shown(board.heed(settling())) == ["Settling 0s: moves"]


def test_every_source_has_percent_rows_and_rest_and_every_link_its_lag() -> None:
    run = source(
        "a", 1, 3, state="running", rows=300_000, rows_total=1_200_000, eta=timedelta(hours=2)
    )
    board = Board().heed(settling(run)).heed(settling(link("b", 3, 9, 1234), connection="con"))

    assert shown(board)[1:] == [
        "  Source/a       1/3  25 %  running  300.0k of 1.2M rows  2h left",
        "  ClusterLink/b  3/9  ACTIVE  lag 1.2k",
    ]


def test_news_of_a_connection_replace_what_it_told_before() -> None:
    board = Board().heed(settling(source("a"), source("b"))).heed(settling(source("b", 1)))

    assert shown(board)[1:] == ["  Source/b  1/1"]


def test_a_narrow_terminal_keeps_the_figures_and_the_end_of_the_name() -> None:
    part = source("orders-postgres-of-the-east", rows=1, rows_total=4, eta=timedelta(minutes=5))
    found = shown(Board().heed(settling(part)), width=40)

    assert found[1:] == ["  …tgres-of-the-east  0/1  25 %  5m left"]


def test_of_a_thousand_links_those_are_shown_that_are_waited_for_longest() -> None:
    links = [link(f"l{n:04}", 1 if n % 2 else 0, 1, n) for n in range(1000)]
    found = shown(Board().heed(settling(*links)), height=10)

    assert [row.split()[0] for row in found[1:-1]] == [
        f"ClusterLink/l{n:04}" for n in (998, 996, 994, 992, 990, 988)
    ]
    assert found[-1] == "  ... and 994 more; 500 of 1000 topics in all"


def test_of_a_thousand_connections_some_are_shown_and_how_many_more() -> None:
    found = shown(Board(tuple(f"c{n}" for n in range(1000))), height=8)

    assert found[-1] == "  ... and 996 more connections"


@given(
    st.integers(1, 200),
    st.integers(1, 60),
    st.lists(
        st.builds(source, st.text("aä日-", min_size=1, max_size=50), st.integers(0, 3), st.just(3))
    ),
    st.lists(st.text("ab日", min_size=1), max_size=30),
)
def test_whatever_is_under_way_fits_the_terminal(
    width: int, height: int, parts: list[Part], names: list[str]
) -> None:
    board = Board(tuple(names)).heed(settling(*parts))
    found = rows(board, Moment(), width, height)

    assert len(found) <= max(6, height)
    assert all(text_of(row, width).cell_len <= width for row in found)


def test_what_is_cut_says_so() -> None:
    row = line(Styled("abcdef", Style.BAD), "ghi")

    assert text_of(row, 9).plain == "abcdefghi"
    assert text_of(row, 5).plain == "abcd…"
    assert text_of(row, 5, is_ascii=True).plain == "abcd."
    assert text_of(row, 1).plain == "…"
    assert columns("abcd…") == 5


def test_a_terminal_without_signs_is_drawn_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Tty()
    stream.encoding = "ascii"
    with live(stream, lambda _w, _h: [line("→ ä")], colors=False):
        pass

    assert "-> \\xe4" in stream.getvalue()


def test_the_cursor_is_never_hidden() -> None:
    terminal = terminal_of(io.StringIO(), colors=False)

    assert terminal.show_cursor(False) is False

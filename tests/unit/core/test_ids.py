"""Which database ids are worth a read, counted by hand."""

import pytest

from reconciler.core.ids import MOST_SETS, IdsAsk, Unread, ids_worth_reading, requests_of
from reconciler.model.desired import Limits


def _ask(*sizes: int, listing: int = 0, known: tuple[int, ...] = (), most: int = 50) -> IdsAsk:
    unread = (Unread(f"s{n:04}", size, max(size, listing), 0) for n, size in enumerate(sizes))
    return IdsAsk((known,), tuple(unread), Limits(sources_per_call=most))


@pytest.mark.parametrize(
    ("ask", "read", "price"),
    [
        # nothing to read
        (_ask(), 0, (0, 0)),
        (_ask(known=(5, 5)), 0, (1, 1)),
        # one page and one call against two calls: as many requests, fewer calls
        (_ask(5, 5), 2, (2, 1)),
        # one page and one call against three calls
        (_ask(5, 5, 5), 3, (2, 1)),
        # one source alone: one page and one call against one call
        (_ask(5), 0, (1, 1)),
        # 160 listed topics are two pages: three requests against two
        (_ask(5, 5, listing=80), 0, (2, 2)),
        # three share two pages: as many requests, fewer calls
        (_ask(5, 5, 5, listing=45), 3, (3, 1)),
        # a hundred topics are two requests, since the second page has to be asked for
        (_ask(5, 5, listing=50), 0, (2, 2)),
        (_ask(5, 5, listing=49), 2, (2, 1)),
        # the known one goes alone anyway: one page and one call against two calls
        (_ask(5, known=(5,)), 1, (2, 1)),
        # the known two go together: a page for the third buys one call less, and costs one read
        (_ask(5, known=(5, 5)), 1, (2, 1)),
        (_ask(5, known=(5, 5), listing=101), 0, (2, 2)),
        # too large to share a call: pages buy nothing
        (_ask(300, 300), 0, (2, 2)),
        # the small ones are worth a page, the one with a long list is not
        (_ask(5, 5, 5, 480), 3, (3, 2)),
        # no places to share
        (_ask(5, 5, most=1), 0, (2, 2)),
        # sixty sources are a read and two calls against sixty calls
        (_ask(*[1] * 60, known=(1,)), 60, (3, 2)),
    ],
)
def test_ids_are_read_where_that_makes_fewer_requests(ask, read, price):
    chosen = ids_worth_reading(ask)

    assert (len(chosen), requests_of(ask, chosen)) == (read, price)


def test_a_page_is_shared_by_all_that_is_read_with_it():
    """Two stops and two starts: alone neither pays more than a tie, together they save a request."""
    unread = tuple(Unread(f"s{n}", 5, 20, n // 2) for n in range(4))
    ask = IdsAsk(((), ()), unread, Limits())

    assert ids_worth_reading(ask) == ("s0", "s1", "s2", "s3")
    assert requests_of(ask, ids_worth_reading(ask)) == (3, 2)


@pytest.mark.parametrize("shift", [0, 1])
def test_of_very_many_the_cheapest_are_read(shift):
    """A hundred sources with a few topics, and as many with long lists that are not worth a page."""
    unread = [Unread(f"a{n:03}", 1 + n % 7, 1 + n % 7, n % 2) for n in range(100)]
    unread += [Unread(f"b{n:03}", 100 - n, 200 + n, n % 2) for n in range(100)]
    ask = IdsAsk(((), (3,)), tuple(unread[shift:] + unread[:shift]), Limits())

    chosen = ids_worth_reading(ask)

    assert len(unread) ** 2 > MOST_SETS
    assert {source_id[0] for source_id in chosen} == {"a"}
    assert requests_of(ask, chosen) == requests_of(ask, [f"a{n:03}" for n in range(100)])
    assert requests_of(ask, chosen) == (107, 103)


def test_of_very_many_a_group_that_gains_nothing_is_left_out():
    """The second group may not share calls: reading it would only cost."""
    few = [Unread(f"a{n:03}", n % 90 + 1, 90 - n % 90, 0) for n in range(90)]
    alone = Unread("z", 1, 1, 1)

    assert "z" not in ids_worth_reading(IdsAsk(((), ()), (*few, alone), Limits()))

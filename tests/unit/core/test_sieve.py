"""What is let go of while it is read, row by row; the laws are in `tests/property/test_sieve_laws.py`."""

from datetime import timedelta

import pytest

from reconciler.core.sieve import MARGIN, sift_mirrors, sift_topics
from reconciler.model.observed import AT_REST
from tests.support.specs import (
    NOW,
    completed,
    idle,
    left_alone,
    link_document,
    mirroring,
    paused,
    source_document,
)

NEAR = NOW + MARGIN / 2
FAR = NOW + timedelta(days=9)
OVER = NOW - timedelta(days=9)


def kept_mirrors(words, *documents):
    """Which of the mirrors a, b, c … are kept."""
    names = [chr(ord("a") + place) for place in range(len(words))]
    kept, sifted = sift_mirrors(documents, names, words, NOW)
    return [names[place] for place in kept], sifted


@pytest.mark.parametrize(
    ("rule", "word", "is_kept"),
    [
        (mirroring("*"), "ACTIVE", False),
        (mirroring("*"), "PAUSED", True),
        (mirroring("*"), None, True),
        (mirroring("*"), "SOURCE_UNAVAILABLE", True),
        (paused("*", until=FAR), "PAUSED", False),
        (paused("*", until=FAR), "ACTIVE", True),
        (paused("*", until=OVER), "ACTIVE", False),
        (paused("*", until=OVER), "PAUSED", True),
        (paused("*", until=NEAR), "PAUSED", True),
        (paused("*", until=NEAR), "ACTIVE", True),
        (mirroring("other"), "ACTIVE", False),
        (mirroring("other"), "PAUSED", True),
        (left_alone("*"), "ACTIVE", False),
    ],
)
def test_only_a_mirror_that_is_certainly_as_wanted_is_let_go(rule, word, is_kept):
    kept, _ = kept_mirrors([word], link_document("l", rule))

    assert bool(kept) is is_kept


def test_each_document_is_told_how_many_of_its_own_were_let_go():
    one = link_document("one", mirroring("a", "b"))
    other = link_document("other", mirroring("c", "b"))
    kept, sifted = kept_mirrors(["ACTIVE"] * 4, one, other)

    assert kept == ["b"]
    assert (sifted.in_sync, sifted.unmanaged) == (((one.address, 1), (other.address, 1)), 1)
    assert sifted.gone == 3


@pytest.mark.parametrize(
    ("rule", "rest", "is_kept"),
    [
        (completed("*", since=OVER), NOW - timedelta(days=1), False),
        (completed("*", since=OVER), OVER, False),
        (completed("*", since=OVER), OVER - timedelta(seconds=1), True),
        (completed("*", since=OVER), AT_REST, True),
        (completed("*", since=OVER), None, True),
        (completed("*", since=NOW - MARGIN / 2), NOW, True),
        (idle("*"), AT_REST, False),
        (idle("*"), None, True),
        (idle("other"), NOW, False),
        (idle("other"), None, True),
    ],
)
def test_only_a_topic_that_is_certainly_as_wanted_is_let_go(rule, rest, is_kept):
    kept, _ = sift_topics([source_document("s", rule)], ["a"], [rest], (), NOW)

    assert bool(kept) is is_kept


def test_what_the_ledger_asks_about_is_kept():
    names, rests = ["a", "b"], [NOW, NOW]
    kept, sifted = sift_topics([source_document("s", idle("*"))], names, rests, ("b",), NOW)

    assert (kept, sifted.gone) == ([1], 1)

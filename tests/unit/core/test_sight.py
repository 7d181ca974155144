"""Observed values by their keys."""

import pytest

from reconciler.core.sight import Sight
from tests.support.specs import (
    MISSING,
    by_name,
    link,
    mirror,
    not_seen,
    observed,
    source,
    topic,
    unread,
)

ORDERS = source("orders", topic("x"), unread("y"))
ACTIVE = mirror("m", "ACTIVE")
SIGHT = Sight.of(
    [
        observed(by_name(ORDERS), not_seen("gone", MISSING)),
        observed(link(ACTIVE), link(mirrors=None, name="dark")),
    ]
)


@pytest.mark.parametrize(
    ("source_id", "name", "expected"),
    [
        ("id-orders", "x", topic("x")),
        ("id-orders", "y", unread("y")),
        ("id-orders", "z", None),
        ("gone", "x", None),
    ],
)
def test_a_topic(source_id, name, expected):
    assert SIGHT.topic(source_id, name) == expected


@pytest.mark.parametrize(
    ("target", "name", "expected"),
    [
        ("lkc-1/east-to-west", "m", ACTIVE),
        ("lkc-1/east-to-west", "n", None),
        ("lkc-1/other", "m", None),
    ],
)
def test_a_mirror(target, name, expected):
    assert SIGHT.mirror(target, name) == expected


def test_a_link_that_was_not_listed_is_absent_not_empty():
    assert Sight.of([observed(link(mirrors=None))]) == Sight({}, {})
    assert Sight.of([observed(link())]).mirrors == {"lkc-1/east-to-west": {}}


@pytest.mark.parametrize(
    ("target", "shown"), [("id-orders", True), ("lkc-1/east-to-west", True), ("gone", False)]
)
def test_what_was_read_is_shown(target, shown):
    assert SIGHT.shows(target) == shown

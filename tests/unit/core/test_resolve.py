"""Which documents speak of which source."""

import pytest

from reconciler.core.resolve import documents_by_source, source_key
from tests.support.specs import (
    MISSING,
    by_id,
    by_name,
    desired,
    idle,
    not_seen,
    observed,
    source,
    source_document,
    streamkap,
)

ORDERS = source("orders")
BY_NAME = source_document("a", idle("x"), source="orders")
BY_ID = source_document("b", idle("x"), source="", source_id="id-orders")
ELSEWHERE = source_document("c", idle("x"), source="orders", connection="other")
SPECS = desired(streamkap(), streamkap("other"), ELSEWHERE, BY_ID, BY_NAME)
KEY = ("https://sk.test", "id-orders")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], {KEY: (BY_ID,)}),
        ([observed(by_name(ORDERS))], {KEY: (BY_NAME, BY_ID)}),
        ([observed(by_id(ORDERS))], {KEY: (BY_NAME, BY_ID)}),
        (
            [observed(by_id(ORDERS)), observed(by_name(ORDERS), name="other")],
            {KEY: (BY_NAME, BY_ID, ELSEWHERE)},
        ),
        (
            [observed(not_seen("orders", MISSING)), observed(by_name(ORDERS), name="other")],
            {("sk", "?orders"): (BY_NAME,), KEY: (BY_ID, ELSEWHERE)},
        ),
    ],
)
def test_documents_of_each_source(answers, expected):
    found = documents_by_source(SPECS, {answer.connection: answer for answer in answers})

    assert found == expected


@pytest.mark.parametrize(
    ("view", "key"),
    [
        (by_name(ORDERS), KEY),
        (by_id(ORDERS), KEY),
        (not_seen("orders", MISSING), ("sk", "?orders")),
    ],
)
def test_what_a_view_shows_has_a_key(view, key):
    assert source_key(streamkap(), view) == key

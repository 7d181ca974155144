"""Scopes, and what a word covers."""

import pytest

from reconciler.model.journal import WordKind, link_scope, source_scope, target_of
from tests.support.ledgers import SCOPE, word


@pytest.mark.parametrize(
    ("scope", "text", "target"),
    [
        (source_scope("api.streamkap.com", "67ad"), "streamkap/api.streamkap.com/67ad", "67ad"),
        (source_scope("sandbox", "67ad"), "streamkap/sandbox/67ad", "67ad"),
        (
            link_scope("pkc-1.confluent.cloud:443", "lkc-1", "a-b"),
            "confluent/pkc-1.confluent.cloud:443/lkc-1/a-b",
            "lkc-1/a-b",
        ),
    ],
)
def test_a_scope_names_what_the_server_calls_it(scope, text, target):
    assert (scope, target_of(scope)) == (text, target)


@pytest.mark.parametrize(
    ("said", "scope", "topic", "expected"),
    [
        ("t", SCOPE, "t", True),
        ("t", SCOPE, "u", False),
        ("", SCOPE, "u", True),
        ("", "streamkap/h/other", "u", False),
    ],
)
def test_a_word_covers_its_topic_or_its_whole_scope(said, scope, topic, expected):
    assert word(WordKind.RETRY, topic=said).covers(scope, topic) is expected

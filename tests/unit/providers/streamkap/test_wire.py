from datetime import UTC, datetime

import pytest

from reconciler.providers.exchange import GarbledAnswer, UnreadableAnswer
from reconciler.providers.streamkap import wire

TEN = datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (None, None),
        ("", None),
        ("2026-11-01T10:00:00Z", TEN),
        ("2026-11-01T11:00:00+01:00", TEN),
        ("2026-11-01T10:00:00", TEN),
        ("2026-11-01 10:00:00", TEN),
        ("2026-11-01T10:00:00.000000123Z", TEN),
        ("2026-11-01T10:00:00.500Z", TEN.replace(microsecond=500_000)),
        (1793527200000, TEN),
        (1793527200000.0, TEN),
        (" 1793527200000", TEN),
    ],
)
def test_a_time_is_read_in_every_spelling(written: wire.Timestamp, moment: datetime | None) -> None:
    assert wire.moment(written) == moment


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "2026-11-01",
        "20261101",
        "10:00:00",
        "2026-13-01T10:00:00Z",
        1793527200,
        "1793527201",
        0,
        -1,
        1e30,
        float("nan"),
        float("inf"),
    ],
)
def test_a_time_that_is_not_surely_one_is_unreadable(written: wire.Timestamp) -> None:
    with pytest.raises(UnreadableAnswer, match="is not a time"):
        wire.moment(written)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"result": [', b'{"result": [{"id": "\xff"}]}', b'{"x": ' + b"[" * 10**5],
    ids=["nothing", "html", "cut", "bytes", "deep"],
)
def test_what_is_no_json_is_garbled(body: bytes) -> None:
    with pytest.raises(GarbledAnswer):
        wire.source_page(body)


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"result": null}', b'{"result": [{}]}', b'{"result": [{"id": 1}]}']
)
def test_a_list_that_is_not_there_is_unreadable_and_not_empty(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer) as caught:
        wire.source_page(body)

    assert not isinstance(caught.value, GarbledAnswer)


@pytest.mark.parametrize("body", [b'{"id": "s"}', b'{"id": "s", "name": null, "topic_ids": null}'])
def test_null_and_absent_are_the_same(body: bytes) -> None:
    page = wire.source_page(b'{"result": [' + body + b'], "new_field": {"x": 1}}')

    assert page.result == [wire.Source("s")]


def test_a_token_is_spelled_in_camel_case() -> None:
    body = b'{"accessToken": "t", "refreshToken": "r", "expires": "x", "expiresIn": 60}'

    assert wire.token(body) == wire.Token("t", 60.0)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"{}", None),
        (b'{"data": null}', None),
        (b'{"data": {"snapshotStatus": null}}', None),
        (b'{"data": {"snapshotStatus": []}}', []),
        (
            b'{"data": {"snapshotStatus": [{"topic_id": "t", "status": "running"}]}}',
            [wire.TopicStatus("t", "running")],
        ),
    ],
)
def test_metrics_without_a_list_are_not_an_empty_list(
    body: bytes, found: list[wire.TopicStatus] | None
) -> None:
    assert wire.metrics(body) == found


@pytest.mark.parametrize(
    ("body", "is_json"),
    [(b"", True), (b" \n", True), (b"{}", True), (b"null", True), (b"<h1>", False), (b"{", False)],
)
def test_any_json_or_nothing_is_a_good_answer_to_an_empty_schema(
    body: bytes, is_json: bool
) -> None:
    assert wire.is_json(body) is is_json


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"detail": "Source not found"}', "Source not found"),
        (
            (
                b'{"detail": [{"loc": ["body", "ids", 0], "msg": "too short", "input": "s3cret"},'
                b' {"loc": ["body"], "msg": "odd"}]}'
            ),
            "body.ids.0: too short; body: odd",
        ),
        (b'{"detail": {"b": [1], "a": "x"}}', 'a: "x", b: [1]'),
        (b'{"message": "x"}', ""),
        (b"<html>", ""),
    ],
)
def test_errors_are_understood_in_three_shapes_without_what_was_sent(
    body: bytes, text: str
) -> None:
    assert wire.explain(body) == text

import pytest

from reconciler.errors import AnswerLost, AuthFailed, ReadFailed, Unreachable
from reconciler.model.call import Call
from reconciler.model.change import (
    Change,
    Form,
    Pause,
    Resume,
    Start,
    StartSource,
    StartTopic,
    Stop,
    StopSource,
)
from reconciler.model.desired import SnapshotType
from reconciler.model.outcome import ItemReply, Receipt, Reply
from reconciler.providers.exchange import Answer, Sent
from reconciler.providers.streamkap.calls import read_receipt, render

INCREMENTAL = SnapshotType.INCREMENTAL
BLOCKING = SnapshotType.BLOCKING
START = Start(
    Form.SINGLE,
    INCREMENTAL,
    (StartSource("s1", (StartTopic("a.x", filter="n > 1"), StartTopic("a.y"))),),
    surrogate_key="id",
)
BULK = Start(
    Form.BULK,
    BLOCKING,
    (
        StartSource("s1", (StartTopic("a.x", "d1"), StartTopic("a.y", "d2"))),
        StartSource("s2", (StartTopic("b.x", "d3"), StartTopic("a.x", "d4"))),
    ),
)
STOP = Stop(Form.SINGLE, (StopSource("s1", INCREMENTAL, ("a.x",)),))
BULK_STOP = Stop(
    Form.BULK,
    (StopSource("s1", INCREMENTAL, ("a.x",), "d1"), StopSource("s2", None, (), "d3")),
)
NAMES = {"s1": "orders", "s2": "customers", "s3": "else"}


@pytest.mark.parametrize(
    ("change", "path", "body"),
    [
        (
            START,
            "/sources/snapshot",
            {
                "additional_conditions": [{"data_collection": "a.x", "filter": "n > 1"}],
                "snapshot_type": "incremental",
                "source_id": "s1",
                "surrogate_key": "id",
                "topic_names": ["a.x", "a.y"],
            },
        ),
        (
            Start(Form.SINGLE, BLOCKING, (StartSource("s1", (StartTopic("a"),)),)),
            "/sources/snapshot",
            {"snapshot_type": "blocking", "source_id": "s1", "topic_names": ["a"]},
        ),
        (
            BULK,
            "/topics/bulk/snapshot",
            {"snapshot_type": "blocking", "topic_ids": ["d1", "d2", "d3", "d4"]},
        ),
        (STOP, "/sources/stop_incremental_snapshot", {"source_id": "s1"}),
        (
            Stop(Form.SINGLE, (StopSource("s1", BLOCKING, ()),)),
            "/sources/stop_blocking_snapshot",
            {"source_id": "s1"},
        ),
        (
            Stop(Form.SINGLE, (StopSource("s1", None, ()),)),
            "/sources/cancel_snapshot",
            {"source_id": "s1"},
        ),
        (BULK_STOP, "/topics/bulk/stop-snapshot", {"topic_ids": ["d1", "d3"]}),
    ],
)
def test_a_change_is_one_post(change: Change, path: str, body: dict[str, object]) -> None:
    call = render("here", change)

    assert call == Call("here", "POST", path, body)
    assert list(call.body) == sorted(call.body)


@pytest.mark.parametrize("change", [Pause("c", "l", ("t",)), Resume("c", "l", ("t",))])
def test_mirror_topics_are_none_of_streamkap_s(change: Change) -> None:
    with pytest.raises(TypeError):
        render("here", change)
    with pytest.raises(TypeError):
        read_receipt(change, Sent(Answer(200)), {})


def word(change: Change, status: int, body: bytes) -> Reply:
    return read_receipt(change, Sent(Answer(status, body)), NAMES).reply


KC = b'{"detail": "Kafka Connect API call failed with status code 409 and response x"}'


@pytest.mark.parametrize("bulk", [False, True], ids=["single", "bulk"])
@pytest.mark.parametrize(
    ("status", "body", "start", "stop"),
    [
        (302, b"", Reply.UNKNOWN, Reply.UNKNOWN),
        (400, b"", Reply.FAILED, Reply.FAILED),
        (403, b"", Reply.FAILED, Reply.FAILED),
        (404, b"", Reply.FAILED, Reply.ACCEPTED),
        (404, KC, Reply.UNKNOWN, Reply.FAILED),
        (408, b"", Reply.UNKNOWN, Reply.UNKNOWN),
        (409, b'{"detail": "already running"}', Reply.BUSY, Reply.BUSY),
        (409, b"", Reply.BUSY, Reply.BUSY),
        (409, KC, Reply.UNKNOWN, Reply.FAILED),
        (422, b'{"detail": []}', Reply.FAILED, Reply.FAILED),
        (429, b"<html>", Reply.NOT_SENT, Reply.NOT_SENT),
        (500, KC, Reply.UNKNOWN, Reply.UNKNOWN),
        (502, b"<html>", Reply.UNKNOWN, Reply.UNKNOWN),
        (503, b"", Reply.UNKNOWN, Reply.UNKNOWN),
    ],
)
def test_an_answer_to_the_whole_call(
    bulk: bool, status: int, body: bytes, start: Reply, stop: Reply
) -> None:
    changes = (BULK, BULK_STOP) if bulk else (START, STOP)

    assert tuple(word(change, status, body) for change in changes) == (start, stop)


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (b"", Reply.ACCEPTED),
        (b"{}", Reply.ACCEPTED),
        (b"null", Reply.ACCEPTED),
        (b'{"anything": [1]}', Reply.ACCEPTED),
        (b"<html>sign in</html>", Reply.UNKNOWN),
        (b'{"any', Reply.UNKNOWN),
        (b'{"detail": "denied"}', Reply.UNKNOWN),
    ],
)
def test_any_json_says_yes_to_a_single_call_and_nothing_else_does(
    body: bytes, reply: Reply
) -> None:
    assert (word(START, 200, body), word(STOP, 200, body)) == (reply, reply)


def test_a_receipt_has_all_that_support_needs() -> None:
    answer = Answer(409, b'{"detail": "snapshot already running"}', request_id="r1")

    receipt = read_receipt(START, Sent(answer, attempts=2), {})

    message = "409: snapshot already running"
    assert receipt == Receipt(
        Reply.BUSY, (ItemReply("s1", Reply.BUSY, message),), 409, "r1", message, 2
    )


def test_a_stop_with_nothing_to_stop_says_so() -> None:
    receipt = read_receipt(STOP, Sent(Answer(404, b'{"detail": "none"}')), {})

    message = "nothing ran (404: none)"
    assert receipt == Receipt(
        Reply.ACCEPTED, (ItemReply("s1", Reply.ACCEPTED, message),), 404, None, message
    )


def bulk(*results: tuple[str, bool, str]) -> Answer:
    items = ", ".join(
        f'{{"id": "{key}", "success": {str(success).lower()}, "message": "{message}"}}'
        for key, success, message in results
    )
    return Answer(200, f'{{"results": [{items}], "summary": {{}}}}'.encode())


def words(change: Change, answer: Answer) -> dict[str, Reply]:
    return {item.key: item.reply for item in read_receipt(change, Sent(answer), NAMES).items}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("s1", "s2"),
        ("d1", "d4"),
        ("source_s1.a.x", "source_s2.b.x"),
        ("a.y", "b.x"),
        ("orders", "customers"),
    ],
    ids=["source", "db-id", "topic-id", "topic", "name"],
)
def test_a_result_is_found_by_whatever_it_is_called(first: str, second: str) -> None:
    answer = bulk((second, False, "no"), (first, True, ""))

    assert words(BULK, answer) == {"s1": Reply.ACCEPTED, "s2": Reply.FAILED}


def test_a_topic_s_name_that_two_sources_share_says_nothing() -> None:
    answer = bulk(("a.x", True, ""), ("b.x", True, ""))

    assert words(BULK, answer) == {"s1": Reply.UNKNOWN, "s2": Reply.ACCEPTED}


def test_a_source_missing_from_the_answer_is_unknown_for_a_start_and_failed_for_a_stop() -> None:
    answer = bulk(("s1", True, ""))

    assert words(BULK, answer) == {"s1": Reply.ACCEPTED, "s2": Reply.UNKNOWN}
    assert words(BULK_STOP, answer) == {"s1": Reply.ACCEPTED, "s2": Reply.FAILED}


def test_a_stop_is_found_by_the_topic_it_named() -> None:
    answer = bulk(("d1", True, ""), ("d3", True, ""))

    assert words(BULK_STOP, answer) == {"s1": Reply.ACCEPTED, "s2": Reply.ACCEPTED}


@pytest.mark.parametrize(
    ("message", "start", "stop"),
    [
        ("no", Reply.FAILED, Reply.FAILED),
        ("A snapshot is already running for this source", Reply.BUSY, Reply.BUSY),
        ("HTTP 409", Reply.BUSY, Reply.BUSY),
        ("No snapshot is currently running", Reply.FAILED, Reply.ACCEPTED),
        ("Kafka Connect API call failed with status code 409", Reply.UNKNOWN, Reply.FAILED),
    ],
)
def test_a_result_without_success_is_read_by_its_message(
    message: str, start: Reply, stop: Reply
) -> None:
    answer = bulk(("s1", False, message), ("s2", True, ""))

    assert (words(BULK, answer)["s1"], words(BULK_STOP, answer)["s1"]) == (start, stop)


def test_a_start_that_succeeded_in_part_is_unknown() -> None:
    answer = bulk(("d1", True, ""), ("d2", False, "no"), ("d3", False, "b"), ("d4", False, "a"))

    receipt = read_receipt(BULK, Sent(answer), {})

    assert receipt.items == (
        ItemReply("s1", Reply.UNKNOWN, "no"),
        ItemReply("s2", Reply.FAILED, "a; b"),
    )
    assert receipt.reply is Reply.UNKNOWN


def test_results_of_strangers_are_reported() -> None:
    answer = bulk(("s1", True, ""), ("s2", True, ""), ("s9", True, ""), ("s8", False, ""))

    receipt = read_receipt(BULK, Sent(answer), NAMES)

    assert (receipt.reply, receipt.message) == (
        Reply.ACCEPTED,
        "results that match no source: s8, s9",
    )


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"results": nul'])
def test_a_bulk_answer_that_cannot_be_read_is_unknown(body: bytes) -> None:
    assert set(words(BULK, Answer(200, body)).values()) == {Reply.UNKNOWN}
    assert set(words(BULK_STOP, Answer(200, body)).values()) == {Reply.UNKNOWN}


@pytest.mark.parametrize(
    ("error", "attempts", "reply"),
    [
        (AnswerLost("here", "POST /x", "reset"), 1, Reply.UNKNOWN),
        (Unreachable("here", "POST /x", "no connection"), 0, Reply.NOT_SENT),
        (Unreachable("here", "POST /x", "no connection"), 1, Reply.NOT_SENT),
        (ReadFailed("here", "POST /auth", "no token was given: 503"), 0, Reply.NOT_SENT),
        (AuthFailed("here", "POST /auth", "no token was given: 401"), 0, Reply.NOT_SENT),
        (AuthFailed("here", "POST /x", "not accepted", status=401), 2, Reply.FAILED),
    ],
    ids=["lost", "unreachable", "unreachable after a 429", "no token", "refused", "401 twice"],
)
def test_without_an_answer_it_counts_whether_anything_can_have_happened(
    error: AnswerLost, attempts: int, reply: Reply
) -> None:
    receipt = read_receipt(BULK, Sent(error, attempts), {})

    assert receipt == Receipt(
        reply,
        (ItemReply("s1", reply, error.message), ItemReply("s2", reply, error.message)),
        error.status,
        None,
        error.message,
        attempts,
    )

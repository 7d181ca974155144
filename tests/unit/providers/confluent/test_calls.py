import pytest

from reconciler.errors import AnswerLost, Unreachable
from reconciler.model.call import Call
from reconciler.model.change import Change, Form, Pause, Resume, Start, Stop
from reconciler.model.desired import SnapshotType
from reconciler.model.outcome import ItemReply, Receipt, Reply
from reconciler.providers.confluent.calls import read_receipt, render
from reconciler.providers.exchange import Answer, Sent

PAUSE = Pause("lkc-1", "east-to-west", ("a", "b", "c"))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (PAUSE, "/kafka/v3/clusters/lkc-1/links/east-to-west/mirrors:pause"),
        (
            Resume("lkc-1", "a/b ü", ("t",)),
            "/kafka/v3/clusters/lkc-1/links/a%2Fb%20%C3%BC/mirrors:resume",
        ),
        (Resume("lkc-1", "..", ("t",)), "/kafka/v3/clusters/lkc-1/links/%2E%2E/mirrors:resume"),
    ],
)
def test_a_change_is_one_post_with_names(change: Pause | Resume, path: str) -> None:
    body = {"mirror_topic_names": list(change.topics)}

    assert render("here", "/kafka/v3", change) == Call("here", "POST", path, body)


def test_confluent_platform_has_another_base_path() -> None:
    assert render("here", "/v3", PAUSE).path.startswith("/v3/clusters/")


@pytest.mark.parametrize(
    "change", [Start(Form.BULK, SnapshotType.BLOCKING, ()), Stop(Form.BULK, ())]
)
def test_snapshots_are_none_of_confluent_s(change: Change) -> None:
    with pytest.raises(TypeError):
        render("here", "/v3", change)
    with pytest.raises(TypeError):
        read_receipt(change, Sent(Answer(200)))


def test_a_200_is_read_topic_by_topic_in_any_order() -> None:
    body = b"""{"kind": "KafkaAlterMirrorsDataList", "data": [
        {"mirror_topic_name": "c", "error_code": 400, "error_message": "already stopped"},
        {"mirror_topic_name": "b", "error_code": null, "error_message": null},
        {"mirror_topic_name": "a"},
        {"mirror_topic_name": "z"}]}"""

    receipt = read_receipt(PAUSE, Sent(Answer(200, body, request_id="r1")))

    assert receipt == Receipt(
        Reply.FAILED,
        (
            ItemReply("a", Reply.ACCEPTED),
            ItemReply("b", Reply.ACCEPTED),
            ItemReply("c", Reply.FAILED, "400 already stopped"),
        ),
        200,
        "r1",
    )


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ('{"mirror_topic_name": "a", "error_code": 0}', ItemReply("a", Reply.ACCEPTED)),
        ('{"mirror_topic_name": "a", "error_code": 401}', ItemReply("a", Reply.FAILED, "401")),
        ('{"mirror_topic_name": "b"}', ItemReply("a", Reply.FAILED, "not in the answer")),
    ],
)
def test_one_topic_of_an_answer(item: str, expected: ItemReply) -> None:
    answer = Answer(200, f'{{"data": [{item}]}}'.encode())

    assert read_receipt(Pause("c", "l", ("a",)), Sent(answer)).items == (expected,)


@pytest.mark.parametrize(
    ("status", "body", "reply"),
    [
        (200, b"<html>", Reply.UNKNOWN),
        (200, b"{}", Reply.UNKNOWN),
        (204, b"", Reply.UNKNOWN),
        (302, b"", Reply.UNKNOWN),
        (400, b"", Reply.FAILED),
        (403, b"", Reply.FAILED),
        (404, b"", Reply.FAILED),
        (408, b"", Reply.UNKNOWN),
        (429, b"<html>", Reply.NOT_SENT),
        (500, b"", Reply.UNKNOWN),
        (503, b"", Reply.UNKNOWN),
    ],
)
def test_any_other_answer_speaks_for_every_topic(status: int, body: bytes, reply: Reply) -> None:
    receipt = read_receipt(PAUSE, Sent(Answer(status, body)))

    assert {item.reply for item in receipt.items} == {receipt.reply} == {reply}
    assert [item.key for item in receipt.items] == ["a", "b", "c"]


def test_a_refusal_is_quoted_with_its_code() -> None:
    answer = Answer(404, b'{"error_code": 404, "message": "The cluster link doesn\'t exist: "}')

    assert read_receipt(PAUSE, Sent(answer)).message == (
        "404: 404 The cluster link doesn't exist:;"
        " check endpoint, basePath and the ids in the specs"
    )


@pytest.mark.parametrize(
    ("error", "attempts", "reply"),
    [
        (AnswerLost("here", "POST /x", "reset"), 1, Reply.UNKNOWN),
        (Unreachable("here", "POST /x", "no connection"), 0, Reply.NOT_SENT),
    ],
    ids=["lost", "unreachable"],
)
def test_without_an_answer_it_counts_whether_anything_can_have_happened(
    error: AnswerLost, attempts: int, reply: Reply
) -> None:
    receipt = read_receipt(PAUSE, Sent(error, attempts))

    assert (receipt.reply, receipt.attempts, receipt.message) == (reply, attempts, error.message)
    assert [item.key for item in receipt.items] == ["a", "b", "c"]

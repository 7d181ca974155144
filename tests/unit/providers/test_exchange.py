import pytest

from reconciler.providers.confluent import wire
from reconciler.providers.exchange import (
    Answer,
    Ask,
    GarbledAnswer,
    cannot_be_read,
    describe,
    segment,
    short,
)


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("east-to-west", "east-to-west"),
        ("a/b", "a%2Fb"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("ü", "%C3%BC"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("a.b", "a.b"),
        ("%2F", "%252F"),
    ],
)
def test_a_name_is_always_one_segment_of_a_path(name: str, encoded: str) -> None:
    assert segment(name) == encoded


def test_text_for_people_is_one_short_line_without_control_characters() -> None:
    text = short("a\x1b[31m\r\n\tb\u202e " + "x" * 300)

    assert text == "a [31m b " + "x" * 190 + "…"


def test_an_error_in_the_api_s_own_shape_is_quoted() -> None:
    answer = Answer(403, b'{"error_code": 40301, "message": "Request is not authorized"}')

    assert describe(answer, wire.explain) == "403: 40301 Request is not authorized"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(502, b"<html>\x07bad</html>", "text/html"), "502 (text/html): <html> bad</html>"),
        (Answer(500), "500 (no content type)"),
        (Answer(503, b"\xff\xfe", "image/png"), "503 (image/png): \ufffd\ufffd"),
    ],
)
def test_any_other_error_is_a_status_a_content_type_and_a_snippet(
    answer: Answer, text: str
) -> None:
    assert describe(answer, wire.explain) == text


def test_the_body_of_a_request_is_not_shown() -> None:
    ask = Ask("POST", "/auth", body={"secret": "hunter2"})

    assert "hunter2" not in repr(ask) + str(ask)


@pytest.mark.parametrize(
    ("status", "facts"),
    [
        (200, (True, False)),
        (204, (True, False)),
        (302, (False, True)),
        (404, (False, False)),
        (503, (False, False)),
    ],
)
def test_the_class_of_a_status(status: int, facts: tuple[bool, bool]) -> None:
    answer = Answer(status)

    assert (answer.is_success, answer.is_inconclusive) == facts


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            Answer(200, b'{"error_code": 403, "message": "no"}', "application/json"),
            "the answer is an error in spite of its status: 200: 403 no",
        ),
        (
            Answer(200, b"<h1>x</h1>", "text/html"),
            "the answer cannot be read: 200 (text/html): <h1>x</h1>",
        ),
        (Answer(200, b"[", "application/json"), "the answer cannot be read: no JSON"),
        (Answer(200, b"["), "the answer cannot be read: no JSON"),
    ],
    ids=["error", "page", "cut short", "of no type"],
)
def test_a_good_status_with_something_else_behind_it(answer: Answer, told: str) -> None:
    error = GarbledAnswer("no JSON")

    assert cannot_be_read(answer, error, wire.explain) == told

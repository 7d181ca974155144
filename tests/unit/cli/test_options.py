"""Words of the command line, read into values."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from reconciler.cli.options import read_folder, read_label, read_selector, read_span, read_time
from reconciler.core.select import Selector
from reconciler.model.address import Kind


@pytest.mark.parametrize(
    ("text", "time"),
    [
        pytest.param("2026-11-20T00:00:00Z", datetime(2026, 11, 20, tzinfo=UTC), id="utc"),
        pytest.param("2026-11-20T01:30:00+01:30", datetime(2026, 11, 20, tzinfo=UTC), id="zone"),
        pytest.param("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC), id="earliest"),
    ],
)
def test_a_time_has_a_zone(text: str, time: datetime) -> None:
    assert read_time(text) == time


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("now", "'now' is no time; write one like 2026-11-20T00:00:00Z"),
        (
            "2026-11-20T00:00:00",
            "'2026-11-20T00:00:00' has no zone; write one like 2026-11-20T00:00:00Z",
        ),
        (
            "0001-01-01T00:00:00+23:00",
            "'0001-01-01T00:00:00+23:00' is not between the years 1970 and 9000",
        ),
        ("9999-12-31T23:59:59Z", "'9999-12-31T23:59:59Z' is not between the years 1970 and 9000"),
    ],
)
def test_what_is_no_time_is_told(text: str, told: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        read_time(text)

    assert caught.value.message == told


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("250ms", timedelta(milliseconds=250)),
        ("30s", timedelta(seconds=30)),
        (" 1.5m ", timedelta(seconds=90)),
        ("6h", timedelta(hours=6)),
        ("7d", timedelta(days=7)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, span: timedelta) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["", "s", "30", "-5s", "1e3s", "nans", "1 h", "1w"])
def test_what_is_no_duration_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        read_span(text)

    assert caught.value.message == f"{text!r} is no duration; write one like 30s, 10m, 6h or 7d"


@pytest.mark.parametrize("text", ["36501d", "9" * 20 + "d", "9" * 400 + "s"])
def test_a_duration_that_nobody_means_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        read_span(text)

    assert caught.value.message == (f"{text!r} is longer than a hundred years; write a shorter one")


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "it is empty; name a folder"), ("file", "'file' is a file; name a folder")],
)
def test_what_is_no_folder_is_told(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(click.BadParameter) as caught:
        read_folder(text)

    assert caught.value.message == told


def test_a_folder_need_not_exist() -> None:
    assert read_folder("no/where") == Path("no/where")


def test_a_selector_is_a_kind_a_name_and_perhaps_a_topic() -> None:
    assert read_selector("Source/a/b.*") == Selector(Kind.SOURCE, "a", "b.*")


def test_what_is_no_selector_is_told() -> None:
    with pytest.raises(click.BadParameter):
        read_selector("Sourse/a")


@pytest.mark.parametrize(
    ("text", "label"), [("a=b", ("a", "b")), ("a=", ("a", "")), ("a=b=c", ("a", "b=c"))]
)
def test_a_label_is_a_key_and_a_value(text: str, label: tuple[str, str]) -> None:
    assert read_label(text) == label


@pytest.mark.parametrize("text", ["a", "=b", ""])
def test_what_is_no_label_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        read_label(text)

    assert caught.value.message == f"{text!r} is no label; write key=value"

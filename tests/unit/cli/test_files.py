"""Files that are read and written with care."""

import errno
from pathlib import Path

import pytest

from reconciler.cli.files import read_bounded
from tests.unit.cli.conftest import Command


def test_what_fits_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")

    assert read_bounded(tmp_path / "a", 3) == b"abc"


def test_what_is_larger_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abcd")
    with pytest.raises(OSError, match="File too large") as raised:
        read_bounded(tmp_path / "a", 3)

    assert (raised.value.errno, raised.value.filename) == (errno.EFBIG, str(tmp_path / "a"))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("ci", "stamp", "/dev/zero", "--environment", "prod"), id="plan"),
        pytest.param(
            ("ci", "check", "/dev/zero", "--environment", "prod", "--commit", "a"), id="stamp"
        ),
        pytest.param(("sandbox", "reset", "/dev/zero"), id="world"),
        pytest.param(("plan", "--files-from", "/dev/zero"), id="list"),
    ],
)
def test_a_device_without_an_end_is_refused(
    words: tuple[str, ...], command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_bounded, "__defaults__", (1024 * 1024,))
    ran = command(*words)

    assert (ran.code, ran.out) == (2, "")

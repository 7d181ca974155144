"""The lines that a place in the specs stands for."""

from pathlib import Path

import pytest

from reconciler.model.address import Origin
from reconciler.spec.quoting import MOST, quote

TEXT = """\
spec:
  snapshots:
    # said of the first
    - topics: [a]
      state: completed

      since: 2026-01-01T00:00:00Z
    - topics: [b]
      state: idle

other: 1
"""


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        (4, ("- topics: [a]", "  state: completed", "", "  since: 2026-01-01T00:00:00Z")),
        (8, ("- topics: [b]", "  state: idle")),
        (11, ("other: 1",)),
        (99, ()),
    ],
)
def test_an_entry_goes_on_as_long_as_it_is_indented(
    line: int, rows: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(TEXT, encoding="utf-8")

    assert quote(Origin(str(path), line)) == rows


def test_a_long_entry_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("- topics:\n" + "    - a\n" * 99, encoding="utf-8")

    assert len(quote(Origin(str(path), 1))) == MOST


def test_what_cannot_be_read_again_is_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "binary"
    path.write_bytes(b"\0")

    assert quote(Origin("/dev/stdin", 1)) == quote(Origin(str(path), 1)) == ()

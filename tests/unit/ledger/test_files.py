"""What can be wrong with a file, and what is done then: nothing, and a sentence."""

import os
import pwd
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.errors import LedgerBusy, LedgerError, LedgerRefused, LedgerUnreachable, UsageError
from reconciler.ledger.migrations import MIGRATIONS
from reconciler.ledger.opening import FILE_NAME, open_ledger
from tests.support.ledgers import intend, intent, known

BRIEFLY = timedelta(milliseconds=50)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger that holds one intent."""
    path = tmp_path / ".reconciler" / FILE_NAME
    with closing(open_ledger(path, read_only=False)) as ledger:
        intend(ledger, intent())
    return path


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE reconciler_schema (version)")


def without_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE reconciler_schema")


def scribbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[5000:9000] = b"\x5a" * 4000
    path.write_bytes(data)


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def another(path: Path) -> None:
    path.unlink()
    foreign(path)


DAMAGE = {
    "text": (lambda path: path.write_text("not a database\n" * 400), "damaged, or no ledger"),
    "empty": (lambda path: path.write_bytes(b""), "another program's file"),
    "another program's": (another, "another program's file"),
    "without its tables": (without_tables, "its tables are gone"),
    "scribbled over": (scribbled, "damaged"),
    "cut": (cut, "damaged"),
}


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_no_ledger_is_refused_and_left_as_it_is(path, damage, read_only):
    harm, words = DAMAGE[damage]
    harm(path)
    before = path.read_bytes()

    with pytest.raises(LedgerRefused, match=words) as caught:
        open_ledger(path, read_only=read_only)
    assert str(caught.value).startswith(f"ledger {path}: it is ")
    assert caught.value.advice.startswith("move it away to begin a new one")
    assert path.read_bytes() == before


def test_damage_that_is_met_later_is_told_too(path):
    with closing(open_ledger(path, read_only=True)) as ledger:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE reconciler_words")

        with pytest.raises(LedgerError, match="no such table"):
            ledger.words()


def test_reading_leaves_no_trace_where_there_is_nothing(tmp_path):
    place = tmp_path / "state" / FILE_NAME

    with closing(open_ledger(place, read_only=True)) as ledger:
        assert (ledger.place, ledger.intents()) == (str(place), ())
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_all_that_is_made_and_only_ours_to_read(path):
    assert [entry.name for entry in path.parent.iterdir()] == [FILE_NAME]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_path_may_hold_any_sign(tmp_path):
    path = tmp_path / "a b%20?mode=ro#é" / FILE_NAME

    with closing(open_ledger(str(path), read_only=False)) as ledger:
        intend(ledger, intent())
    assert path.exists()


@pytest.fixture(params=[b""])
def shut(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A ledger in a directory where nothing can be written, with a log that somebody left."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / FILE_NAME
        with closing(open_ledger(path, read_only=False)) as ledger:
            intend(ledger, intent())
        if request.param:
            Path(f"{path}-wal").write_bytes(request.param)
        path.chmod(0o444)
        path.parent.chmod(0o555)
        me = os.geteuid()
        if me == 0:
            os.seteuid(pwd.getpwnam("nobody").pw_uid)
        yield path
        os.seteuid(me)
        path.parent.chmod(0o755)


def test_a_directory_where_nothing_can_be_written_can_be_read(shut):
    """SQLite keeps its log beside the file; here it cannot."""
    with closing(open_ledger(shut, read_only=True)) as ledger:
        assert ledger.intents() == (known(intent()),)
    with pytest.raises(LedgerError), closing(open_ledger(shut, read_only=False)) as ledger:
        intend(ledger, intent("i2"))


@pytest.mark.parametrize("shut", [b"x" * 64], indirect=True)
def test_what_a_log_still_holds_is_not_overlooked(shut):
    """Somebody was killed and left a log; without a place for its index nobody can read it."""
    with pytest.raises(LedgerError, match=r"readonly|unable to open"):
        open_ledger(shut, read_only=True)


@pytest.mark.parametrize("name", ["a file/x/y", "a file/y"])
def test_a_place_where_no_file_can_be_made(tmp_path, name):
    (tmp_path / "a file").write_text("")

    with pytest.raises(
        LedgerUnreachable, match=r"cannot be made: (Not a dir|File ex).*--state-dir"
    ):
        open_ledger(tmp_path / name, read_only=False)


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path):
    path = tmp_path / FILE_NAME
    path.symlink_to(tmp_path / "gone")

    with pytest.raises(LedgerError, match="unable to open"):
        open_ledger(path, read_only=False)
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE_NAME]


def test_a_file_that_another_holds_is_waited_for_and_not_for_ever(path):
    with (
        closing(open_ledger(path, read_only=False, wait=BRIEFLY)) as ledger,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(LedgerBusy, match=r"writing to it for 0\.05 s; wait for it"):
            intend(ledger, intent("i2"))
        assert ledger.intents() == (known(intent()),)
        other.execute("COMMIT")
        intend(ledger, intent("i2"))


def test_a_migration_waits_for_another_and_not_for_ever(path):
    newer = (*MIGRATIONS, ("CREATE TABLE reconciler_more (a $TEXT)",))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(LedgerBusy):
            open_ledger(path, read_only=False, wait=BRIEFLY, migrations=newer)


def test_what_fails_half_way_is_undone(path):
    """The second item is there already: the intent goes with it."""
    twice = intent("i2", 0, *intent().items, *intent().items)

    with closing(open_ledger(path, read_only=False)) as ledger:
        with pytest.raises(LedgerError, match="UNIQUE"):
            intend(ledger, twice)
        assert ledger.intents() == (known(intent()),)


def test_a_closed_ledger_says_so(path):
    ledger = open_ledger(path, read_only=False)
    ledger.close()

    with pytest.raises(LedgerError, match="closed"):
        ledger.intents()


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/x", "sqlite:///x"])
def test_other_urls_are_no_ledgers(url):
    with pytest.raises(UsageError, match=r"there is no ledger \w+://…") as caught:
        open_ledger(url, read_only=False)
    assert "hunter2" not in str(caught.value)

"""Which ledger a command uses, and opening it."""

import sys
from pathlib import Path

import pytest

from reconciler.cli.console import Console
from reconciler.cli.ledgers import FILE_NAME, check_exists, opened, place_of, required, shown
from reconciler.cli.options import Common
from reconciler.errors import LedgerUnreachable, UsageError
from reconciler.ledger import opening
from tests.support.ledgers import intend, intent, known


def given(ledger: str | None, state_dir: Path | None = None) -> Common:
    """Options of a command."""
    return Common(Console(), state_dir, None, verbose=False, ledger=ledger)


def test_by_default_it_is_in_the_state_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".reconciler").mkdir()
    monkeypatch.chdir(tmp_path)

    assert place_of(given(None)) == str(tmp_path / ".reconciler" / "ledger.db")
    assert place_of(given(None, Path("there"))) == "there/ledger.db"
    assert FILE_NAME == opening.FILE_NAME


@pytest.mark.parametrize(
    "place", ["none", "a/b.db", "a=b.db", "postgresql://u:hunter2@h/db", "mysql://x"]
)
def test_what_is_given_is_taken(place: str) -> None:
    assert place_of(given(place)) == place


@pytest.mark.parametrize(
    "place",
    [
        "postgresql:u:hunter2@h/db",
        "postgres:/u:hunter2@h/db",
        "host=h password=hunter2",
        "PASSWORD = hunter2 dbname=x",
    ],
)
def test_what_is_nearly_an_url_is_no_file_and_not_repeated(place: str) -> None:
    with pytest.raises(UsageError) as caught:
        place_of(given(place))

    assert str(caught.value) == (
        "--ledger (RECONCILER_LEDGER) is no ledger's URL; write a path, "
        "postgresql://USER@HOST:PORT/NAME, or none"
    )


def test_an_empty_place_is_none() -> None:
    with pytest.raises(UsageError, match="--ledger is empty; write a path"):
        place_of(given(" "))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("a/b.db", "a/b.db"),
        ("postgresql://u:hunter2@h:5/db?sslmode=require", "postgresql://u@h:5/db?sslmode=require"),
        ("postgres://h/db?password=hunter2&user=u", "postgresql://h/db?user=u"),
        ("postgresql://u@[::1]:5/db", "postgresql://u@[::1]:5/db"),
        ("postgresql://a:1,b:2/db", "postgresql://a:1,b:2/db"),
        ("postgresql://u:x@hunter2@h/db", "postgresql://…"),
        ("postgresql://u:hunter2/x@h/db", "postgresql://…"),
        ("postgresql://u:12#hunter2@h/db", "postgresql://…"),
        ("postgresql://u:hunter2", "postgresql://…"),
        ("postgresql://[hunter2/db", "postgresql://…"),
        ("mysql://u:hunter2@h/db", "mysql://…"),
    ],
)
def test_no_password_is_shown(place: str, text: str) -> None:
    assert shown(place) == text


def test_none_is_no_ledger() -> None:
    with opened(given("none"), writing=True) as ledger:
        assert ledger is None
    with (
        pytest.raises(UsageError, match="--ledger none means that there is no ledger; name one"),
        required(given("none")),
    ):
        pass


def test_reading_makes_nothing_and_writing_makes_it(tmp_path: Path) -> None:
    place = given(str(tmp_path / "x" / "ledger.db"))
    with opened(place, writing=False) as ledger:
        assert ledger is not None
        assert not ledger.has_history
    assert list(tmp_path.iterdir()) == []

    with required(place, writing=True) as ledger:
        intend(ledger, intent())
    with required(place) as ledger:
        assert ledger.intents() == (known(intent()),)
        check_exists(ledger)


def test_where_the_usual_file_is_not_there_none_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    usual = given(None)
    with opened(usual, writing=False) as ledger:
        assert ledger is None
    with opened(usual, writing=True) as ledger:
        assert ledger is not None
    with opened(usual, writing=False) as ledger:
        assert ledger is not None


def test_what_must_be_there_and_is_not_is_told(tmp_path: Path) -> None:
    place = tmp_path / "ledger.db"
    with required(given(str(place))) as ledger, pytest.raises(UsageError) as caught:
        check_exists(ledger)

    assert str(caught.value) == (
        f"there is no ledger at {place} yet; the first `reconciler apply` makes it, --ledger or "
        "--state-dir name another"
    )


def test_a_place_that_the_system_refuses_is_told(tmp_path: Path) -> None:
    place = str(tmp_path / ("x" * 300))
    with (
        pytest.raises(LedgerUnreachable, match="it cannot be opened: File name too long; give"),
        opened(given(place), writing=False),
    ):
        pass


def test_a_ledger_is_closed_whatever_happens(tmp_path: Path) -> None:
    def use() -> None:
        with required(given(str(tmp_path / "ledger.db")), writing=True) as ledger:
            ledgers.append(ledger)
            raise KeyError

    ledgers = []
    with pytest.raises(KeyError):
        use()

    with pytest.raises(Exception, match="closed"):
        ledgers[0].intents()


def test_a_database_needs_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "reconciler.ledger.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with (
        pytest.raises(UsageError, match=r"pip install '\.\[postgres\]'"),
        opened(given("postgresql://u:hunter2@h/db"), writing=False),
    ):
        pass

"""The sandbox begins anew: what its ledger remembers of the old world goes with it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.cli import demo
from reconciler.ledger.opening import open_ledger
from reconciler.model.journal import Binding, link_scope, source_scope
from tests.e2e.person import NOW, STILL, Person, Ran
from tests.support.ledgers import intend, intent, item
from tests.support.specs import NOW as TODAY
from tests.unit.cli.conftest import Command

ANEW = "The sandbox begins anew.\n"
CUSTOMERS = source_scope("sandbox", "67ad6e0af08a2365c729ba80")
REAL = source_scope("api.streamkap.com", "s1")
WAY_OUT = (
    "where a plan misses a run that was in the old world, `reconciler apply --retry ADDRESS` starts "
    "it once more; a --state-dir of its own keeps the sandbox apart.\n"
)


def remember(place: Path, *scopes: str) -> Path:
    """A ledger that knows starts in scopes."""
    with closing(open_ledger(place, read_only=False)) as ledger:
        for number, scope in enumerate(scopes):
            intend(ledger, intent(f"i{number}", 0, item("t", scope)))
    return place


@pytest.fixture
def place(home: Person) -> Path:
    """Where a ledger is looked for."""
    return home.folder / ".reconciler/ledger.db"


@pytest.fixture
def open_elsewhere(place: Path) -> Iterator[None]:
    """Another command has the file open, so that it is not alone."""
    remember(place, CUSTOMERS)
    with closing(open_ledger(place, read_only=True)):
        yield


def test_a_ledger_that_knows_only_the_sandbox_goes_with_it(command: Command, place: Path) -> None:
    remember(place, CUSTOMERS, link_scope("sandbox", "lkc-abc123", "east-to-west"))
    ran = command("sandbox", "reset", str(STILL))

    assert ran == Ran(0, f"{ANEW}Its ledger went with it: {place}\n", "")
    assert list(place.parent.glob("ledger.db*")) == []


@pytest.mark.usefixtures("open_elsewhere")
def test_nothing_is_left_beside_the_file(command: Command, place: Path) -> None:
    before = sorted(path.name for path in place.parent.glob("ledger.db*"))
    command("sandbox", "reset", str(STILL))

    assert before == ["ledger.db", "ledger.db-shm", "ledger.db-wal"]
    assert list(place.parent.glob("ledger.db*")) == []


def test_an_empty_ledger_goes_as_well(command: Command, place: Path) -> None:
    remember(place)

    assert command("sandbox", "reset", str(STILL)).out.startswith(f"{ANEW}Its ledger went")


def test_after_a_reset_the_same_things_are_done_again(command: Command) -> None:
    """A remembered start without its run would be blocked."""
    first = command("apply", *NOW, "--auto-approve")
    command("sandbox", "reset", str(STILL))
    again = command("apply", *NOW, "--auto-approve")

    assert (first.code, again.code) == (0, 0)
    assert again.out.splitlines()[:20] == first.out.splitlines()[:20]


@pytest.mark.parametrize("words", [("reset", str(STILL)), ("world", "--links", "1")])
def test_a_ledger_that_knows_others_stays_and_says_so(
    words: tuple[str, ...], command: Command, place: Path
) -> None:
    remember(place, CUSTOMERS, REAL)
    ran = command("sandbox", *words)

    told = f"Note: the ledger {place} also knows api.streamkap.com, so it stays, and still "
    assert (ran.code, ran.err) == (0, f"{told}remembers the old world; {WAY_OUT}")
    assert "Its ledger" not in ran.out
    assert place.exists()


def test_a_name_at_a_real_endpoint_is_knowledge_too(command: Command, place: Path) -> None:
    with closing(open_ledger(place, read_only=False)) as ledger:
        ledger.bind([Binding("https://api.streamkap.com", "orders", "s1", TODAY)])
        ledger.take([CUSTOMERS], "anna", TODAY, TODAY + timedelta(minutes=2))
    ran = command("sandbox", "reset", str(STILL))

    assert ran.err.startswith(f"Note: the ledger {place} also knows https://api.streamkap.com, ")
    assert place.exists()


def test_a_ledger_that_never_met_the_sandbox_is_no_news(command: Command, place: Path) -> None:
    remember(place, REAL)

    assert command("sandbox", "reset", str(STILL)) == Ran(0, ANEW, "")
    assert place.exists()


def test_a_damaged_ledger_stays_and_is_told(command: Command, place: Path) -> None:
    place.write_text("not a database\n" * 400)
    ran = command("sandbox", "reset", str(STILL))

    assert (ran.code, ran.out) == (0, ANEW)
    assert ran.err.startswith(f"Note: it is left as it is: ledger {place}: it is damaged, or no ")
    assert place.exists()


def test_a_ledger_elsewhere_is_not_touched(command: Command, place: Path, tmp_path: Path) -> None:
    other = remember(tmp_path / "team.db", CUSTOMERS)
    remember(place, CUSTOMERS)
    ran = command("sandbox", "reset", str(STILL), "--ledger", str(other))

    told = f"Note: the ledger {other} is left as it is; {WAY_OUT}"
    assert ran == Ran(0, f"{ANEW}Its ledger went with it: {place}\n", told)
    assert other.exists()


def test_no_ledger_is_nothing_to_speak_of(command: Command) -> None:
    assert command("sandbox", "reset", str(STILL), "--ledger", "none") == Ran(0, ANEW, "")


def test_a_file_that_cannot_be_deleted_is_told(
    command: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(place, CUSTOMERS)

    def refuse(_path: Path, *, missing_ok: bool) -> None:
        raise PermissionError(missing_ok, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    ran = command("sandbox", "reset", str(STILL))

    assert (ran.code, ran.out) == (1, ANEW)
    assert ran.err == f"Error: cannot delete {place}-wal: Permission denied\n"


def test_the_demo_leaves_a_teams_ledger_alone(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[tuple[bool, bool]] = []

    def story(_console: object) -> None:
        seen.append((Path(".reconciler").is_dir(), "RECONCILER_LEDGER" in demo.os.environ))

    monkeypatch.setenv("RECONCILER_LEDGER", str(tmp_path / "team.db"))
    monkeypatch.setattr(demo, "_story", story)
    ran = command("demo")

    assert (ran.code, seen) == (0, [(True, False)])
    assert demo.os.environ["RECONCILER_LEDGER"] == str(tmp_path / "team.db")

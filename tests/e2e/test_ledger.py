"""A ledger looked at and corrected by commands in processes of their own; and what may be wrong."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.ledger.migrations import MIGRATIONS
from reconciler.ledger.opening import open_ledger
from reconciler.model.address import Address, Kind
from reconciler.model.journal import source_scope
from tests.e2e.person import Person, Ran
from tests.e2e.served import Served
from tests.support.ledgers import after, answer, intend, intent, item, sighting
from tests.support.specs import NOW

ADDRESS = Address(Kind.SOURCE, "orders-postgres").of("public.orders")
SCOPE = source_scope("sandbox", "67ad6e0af08a2365c729ba79")
BECAUSE = ("--reason", "the vendor lists no run")
CANARY = "hunter2-9b2e"
READING = [("history",), ("ledger", "show"), ("ledger", "leases"), ("ledger", "export")]
WORDS = ("ledger", "resolve", str(ADDRESS), "--did-not-happen", *BECAUSE)
EARLIER = -10_000_000


@pytest.fixture
def place(person: Person) -> Path:
    """A ledger with a start that got no answer, and a lease that nobody let go."""
    place = person.folder / ".reconciler" / "ledger.db"
    with closing(open_ledger(place, read_only=False)) as ledger:
        intend(ledger, intent("i1", EARLIER, item("public.orders", SCOPE, address=ADDRESS)))
        ledger.take([SCOPE], "apply 7", NOW, after(5))
    return place


def test_somebody_looks_into_a_lost_start_and_ends_it(person: Person, place: Path) -> None:
    person.environment["RECONCILER_ACTOR"] = "bo"
    seen = person.run("ledger", "show")
    resolved = person.run(*WORDS)
    freed = person.run("ledger", "break", "--scope", SCOPE, *BECAUSE)
    told = person.run("history", str(ADDRESS), "--format", "json")
    calm = person.run("ledger", "show")

    assert (seen.code, seen.err) == (0, "")
    assert f"    reconciler ledger resolve {ADDRESS} --did-not-happen --reason …\n" in seen.out
    assert resolved == Ran(
        0,
        "Recorded of 1 topic: the start did not happen, and may be made again.\n"
        f"  {ADDRESS}\n{SCOPE}, by bo, in {place}\n",
        "",
    )
    assert freed.out.startswith(f"Broken: {SCOPE} was held by apply 7, taken ")
    assert [(e["kind"], e["word"]) for e in told.json["entries"]] == [
        ("word", "did_not"),
        ("intent", "start"),
    ]
    assert "Nobody has seen" not in calm.out


def test_a_pipeline_is_told_by_its_run_and_commit(person: Person, place: Path) -> None:
    env = {
        "GITHUB_ACTOR": "octo",
        "GITHUB_SERVER_URL": "https://github.test",
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_RUN_ID": "7",
        "GITHUB_SHA": "c0ffee",
    }
    person.run(*WORDS, env=env)
    ran = person.run("history", "--format", "json", "--limit", "1", "--ledger", str(place))

    assert ran.json["entries"][0]["actor"] == {
        "name": "octo",
        "run": "https://github.test/a/b/actions/runs/7",
        "commit": "c0ffee",
    }


@pytest.mark.parametrize("words", [*READING, WORDS])
def test_a_damaged_file_is_told_and_left_alone(
    words: tuple[str, ...], person: Person, place: Path
) -> None:
    place.write_text("not a database\n" * 400)
    ran = person.run(*words)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"Error: ledger {place}: it is damaged, or no ledger: ")
    assert place.read_text().startswith("not a database\n")


@pytest.mark.parametrize("words", [*READING, WORDS])
def test_a_ledger_of_a_newer_program_is_told_and_left_alone(
    words: tuple[str, ...], person: Person, place: Path
) -> None:
    newer = (*MIGRATIONS, ("CREATE TABLE reconciler_more (a $TEXT)",))
    open_ledger(place, read_only=False, migrations=newer).close()
    ran = person.run(*words)

    told = (
        f"Error: ledger {place}: a newer reconciler wrote it (version {len(newer)}; this one knows "
        f"{len(MIGRATIONS)}); upgrade this reconciler, or give it a ledger of its own\n"
    )
    assert ran == Ran(1, "", told)


@pytest.mark.parametrize("words", [*READING, WORDS])
def test_a_database_that_nobody_answers_for_is_told_without_its_password(
    words: tuple[str, ...], person: Person
) -> None:
    url = f"postgresql://bo:{CANARY}@127.0.0.1:1/ledger"
    ran = person.run(*words, env={"RECONCILER_LEDGER": url})

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Error: ledger postgresql://bo@127.0.0.1:1/ledger: no connection: ")
    assert CANARY not in ran.err


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://bo:{CANARY}%zz@h/db",
        f"postgresql:bo:{CANARY}@h/db",
        f"host=h password={CANARY}",
        f"mysql://bo:{CANARY}@h/db",
        f"POSTGRESQL://bo:{CANARY}@h/db",
    ],
)
@pytest.mark.parametrize("words", [("history",), WORDS], ids=["reading", "writing"])
def test_an_url_that_means_nothing_is_never_repeated(
    words: tuple[str, ...], url: str, person: Person
) -> None:
    ran = person.run(*words, "--ledger", url)

    assert (ran.code, ran.out) == (2, "")
    assert CANARY not in ran.err
    assert list(person.folder.glob("**/*ledger*")) == []


def test_no_password_is_in_a_command_to_copy(person: Person) -> None:
    """A plan that shows one must not show the other half of it."""
    url = f"postgresql://bo:{CANARY}@127.0.0.1:1/ledger"
    ran = person.run("plan", "--select", "ClusterLink/east-to-west", "--ledger", url)

    assert CANARY not in ran.out + ran.err


def test_a_file_that_another_program_holds_is_waited_for(person: Person, place: Path) -> None:
    """Reading goes on meanwhile."""
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        shown = person.run("ledger", "show")
        waiting = person.begin(*WORDS)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1)
        other.execute("COMMIT")
        _, err = waiting.communicate(timeout=30)

    assert (shown.code, waiting.returncode, err) == (0, 0, b"")


def test_what_was_exported_is_for_its_owner_only(person: Person, place: Path) -> None:
    with closing(open_ledger(place, read_only=False)) as ledger:
        ledger.answer([answer("i1", EARLIER, scope=SCOPE, topic="public.orders")])
        ledger.see([sighting("i1", EARLIER, scope=SCOPE, topic="public.orders")])
        held = ledger.export()
    person.write("out.json", "older")
    (person.folder / "out.json").chmod(0o644)
    ran = person.run("ledger", "export", "--out", "out.json")

    path = person.folder / "out.json"
    assert ran == Ran(0, "", "")
    assert json.loads(path.read_text())["tables"] == held
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_person_without_a_driver_is_told_what_to_install(person: Person) -> None:
    hide = (
        "import sys; sys.modules['psycopg'] = None; "
        "sys.argv = ['reconciler', 'history', '--ledger', 'postgresql://h/db']; "
        "from reconciler.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", hide],
        cwd=person.folder,
        env=person.env,
        capture_output=True,
        check=False,
        text=True,
    )

    told = (
        "Error: a ledger in PostgreSQL needs psycopg, which is not installed; install the "
        "extra `postgres`, in a checkout with pip install '.[postgres]'\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_a_start_that_was_lost_is_made_again_on_a_persons_word_only(
    customer: Person, served: Served
) -> None:
    """Named as people name it; which source stands behind the name the ledger knows from apply."""
    select = ("--select", "Source/customers-mysql")
    apply = ("apply", "--auto-approve", *select, "--format", "json")
    served.faults({"effect": "drop_before", "method": "POST", "path": "^/sources/snapshot$"})
    lost = customer.run(*apply)
    served.faults()
    held = customer.run(*apply)
    before = _runs(served)
    said = customer.run("ledger", "resolve", "Source/customers-mysql", "--did-not-happen", *BECAUSE)
    made = customer.run(*apply)

    assert (lost.code, held.json["items"], before) == (10, [], 0)
    assert said.out.startswith("Recorded of 2 topics: the start did not happen, and may be made ")
    assert (said.code, made.code, _runs(served)) == (0, 0, 1)


def _runs(served: Served) -> int:
    """How many runs the source of the test really had."""
    runs = served.control("GET", "runs")["runs"]
    assert isinstance(runs, list)
    return len([run for run in runs if run["source_name"] == "customers-mysql"])

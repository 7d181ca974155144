"""The commands about the ledger do with a real PostgreSQL what they do with a file."""

import json
from contextlib import closing

import pytest

from reconciler.cli import main
from reconciler.ledger.opening import open_ledger
from tests.support.ledgers import ORDERS, SCOPE, intend, intent
from tests.support.postgres import PASSWORD, PostgresServer

START = -10_000_000
BECAUSE = ("--reason", "I looked")


@pytest.fixture
def url(server: PostgresServer, monkeypatch: pytest.MonkeyPatch, tmp_path) -> str:
    """A database without a ledger, named by the environment, far from any specs."""
    url = server.new_schema()
    monkeypatch.setenv("RECONCILER_LEDGER", url)
    monkeypatch.setenv("RECONCILER_ACTOR", "bo")
    monkeypatch.chdir(tmp_path)
    return url


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """One command line."""
    capsys.readouterr()
    code = main.run(words)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_database_without_a_ledger_is_read_as_an_empty_one(url, server, capsys):
    code, out, err = ran(capsys, "history")

    assert (code, err) == (0, "")
    assert out.startswith("Nothing has happened yet, as far as postgresql://reconciler@%2F")
    with server.connect(url) as other:
        tables = other.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        assert tables.fetchall() == []


def test_words_are_checked_and_written(url, capsys):
    with closing(open_ledger(url, read_only=False)) as ledger:
        intend(ledger, intent("i1", START))
        told = ran(capsys, "ledger", "resolve", "Source/orders", "--happened", *BECAUSE)

        (word,) = ledger.words()
        assert (word.scope, word.address, word.said.actor.name) == (SCOPE, ORDERS.of("t"), "bo")
    assert told[0] == 0
    assert told[1].startswith("Recorded of 1 topic: the start happened.\n  Source/orders/t\n")


def test_the_password_is_in_nothing_that_is_printed(url, capsys):
    with closing(open_ledger(url, read_only=False)) as ledger:
        intend(ledger, intent("i1", START))
    lines = [
        ("history",),
        ("ledger", "show", "-v"),
        ("ledger", "show", "--ledger", url),
        ("ledger", "leases"),
        ("ledger", "export"),
        ("ledger", "forget", "Source/orders", *BECAUSE, "--format", "json"),
        ("ledger", "break", "--scope", SCOPE, *BECAUSE),
    ]

    for words in lines:
        code, out, err = ran(capsys, *words)
        assert (code, PASSWORD in out + err, "hun%2Fter" in out + err) == (0, False, False), words
    assert json.loads(ran(capsys, "ledger", "export")[1])["tables"]["words"]

"""What can go wrong with a database: bounded patience, a sentence, and never a password."""

import sys
from contextlib import closing
from datetime import timedelta
from urllib.parse import quote

import pytest

from reconciler.errors import (
    LedgerBusy,
    LedgerError,
    LedgerRefused,
    LedgerUnreachable,
    ReconcilerError,
    UsageError,
)
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.postgres import PostgresDatabase
from reconciler.model.journal import DriftNote, DriftWord
from tests.support.ledgers import EAST, after, intend, intent, known
from tests.support.postgres import PASSWORD, PostgresServer
from tests.support.specs import NOW

WAIT = timedelta(milliseconds=100)
KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'reconciler'"
)


@pytest.fixture
def url(server: PostgresServer) -> str:
    """A ledger that holds one intent."""
    url = server.new_schema()
    with closing(open_ledger(url, read_only=False)) as ledger:
        intend(ledger, intent())
    return url


def test_its_place_holds_no_password(url):
    with closing(open_ledger(url, read_only=False)) as ledger:
        assert ledger.place.startswith("postgresql://reconciler@%2F")
        assert ledger.place.endswith("/postgres")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://u:hunter2@127.0.0.1:1/db", "postgresql://u@127.0.0.1:1/db"),
        ("postgres://127.0.0.1:1?password=hunter2", "postgresql://127.0.0.1:1/"),
        ("postgresql://[::1]:1/db", "postgresql://::1:1/db"),
    ],
)
def test_nobody_answers(url, place):
    with pytest.raises(LedgerUnreachable, match=r"no connection: .*; see that it is") as caught:
        open_ledger(url, read_only=True, wait=WAIT)
    assert caught.value.place == place
    assert "hunter2" not in repr(caught.value) + str(caught.value)


@pytest.mark.parametrize("secret", ["hunter2", "a b/c@d:e", "%é"])
def test_a_wrong_password_is_not_shown(server, secret):
    """Nor when the server quotes it, as it does with the name of a database."""
    for name in ("postgres", quote(secret, safe="")):
        with pytest.raises(LedgerUnreachable) as caught:
            open_ledger(server.url(password=secret, name=name), read_only=True)

        assert "password authentication failed" in str(caught.value)
        assert secret not in caught.value.message
        assert caught.value.__cause__ is None


def test_a_right_password_is_not_shown_either(server):
    with pytest.raises(LedgerUnreachable) as caught:
        open_ledger(server.url(name=quote(PASSWORD, safe="")), read_only=True)

    assert 'database "***" does not exist' in caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter2%zz@h/db",
        "postgresql://u:hunter2 x@h/db",
        "postgresql://u:a@hunter2@h/db",
        "postgresql://u:a@hunter2:b@h:1/db",
        "postgresql://u@h:hunter2/db",
        "postgresql://u:a@h/db?hunter2=1",
    ],
)
def test_an_url_that_cannot_be_read_is_not_repeated(url):
    with pytest.raises(
        UsageError, match=r"the ledger's URL (cannot be read|is ambiguous)"
    ) as caught:
        open_ledger(url, read_only=True)

    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_without_psycopg_it_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "reconciler.ledger.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(UsageError, match=r"pip install '\.\[postgres\]'"):
        open_ledger("postgresql://h/db", read_only=True)


def test_a_connection_lost_between_two_writes_is_opened_again(server, url):
    with closing(open_ledger(url, read_only=False)) as ledger, server.connect() as other:
        other.execute(KILL)
        intend(ledger, intent("i2"))

        assert [r.intent.id for r in ledger.intents()] == ["i1", "i2"]


def test_a_server_that_is_gone_is_told_in_the_middle_too(server, url):
    """A transaction that was cut may count or not: that is an error, and nothing is tried again."""
    with closing(open_ledger(url, read_only=False)) as ledger, server.connect(url) as other:
        other.execute(
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'"
        )
        other.execute(
            "CREATE TRIGGER cut BEFORE INSERT ON reconciler_intents"
            " FOR EACH ROW EXECUTE FUNCTION cut()"
        )

        with pytest.raises(LedgerError, match="terminating connection"):
            intend(ledger, intent("i2"))
        assert ledger.intents() == (known(intent()),)


def test_a_lease_that_another_is_taking_is_waited_for_and_not_for_ever(server, url):
    with (
        closing(open_ledger(url, read_only=False, wait=WAIT)) as ledger,
        server.connect(url) as other,
    ):
        ledger.take(["a"], "me", NOW, after(1))
        with other.transaction():
            other.execute("SELECT * FROM reconciler_leases FOR UPDATE")

            with pytest.raises(LedgerBusy, match=r"writing to it for 0\.1 s; wait for it"):
                ledger.take(["a"], "me", NOW, after(2))
        assert ledger.take(["a"], "me", NOW, after(2)).granted


def test_what_fails_half_way_is_undone(url):
    twice = intent("i2", 0, *intent().items, *intent().items)

    with closing(open_ledger(url, read_only=False)) as ledger:
        with pytest.raises(LedgerError, match="duplicate key"):
            intend(ledger, twice)
        assert ledger.intents() == (known(intent()),)


@pytest.mark.parametrize("read_only", [True, False])
def test_another_programs_table_is_refused_and_left_as_it_is(server, read_only):
    url = server.new_schema()
    with server.connect(url) as other:
        other.execute("CREATE TABLE reconciler_schema (name TEXT)")

    with pytest.raises(LedgerRefused, match="another program's; give the ledger a database"):
        open_ledger(url, read_only=read_only)
    with server.connect(url) as other:
        assert other.execute("SELECT * FROM reconciler_schema").fetchall() == []


@pytest.fixture
def reader(server, url):
    """The URL of somebody who may read and nothing else."""
    schema = url.rpartition("%3D")[2]
    with server.connect() as other:
        other.execute("DROP ROLE IF EXISTS reader")
        other.execute("CREATE ROLE reader LOGIN PASSWORD 'hunter3'")
        other.execute(f"GRANT USAGE ON SCHEMA {schema} TO reader")
        other.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")
    yield url.replace("reconciler:", "reader:", 1).replace(quote(PASSWORD, safe=""), "hunter3", 1)
    with server.connect() as other:
        other.execute("DROP OWNED BY reader")


def test_who_may_only_read_can_plan(reader):
    with closing(open_ledger(reader, read_only=True)) as ledger:
        assert ledger.intents() == (known(intent()),)
    with (
        closing(open_ledger(reader, read_only=False)) as ledger,
        pytest.raises(LedgerError, match="permission denied"),
    ):
        intend(ledger, intent("i2"))


def test_a_monitor_that_records_drift_needs_one_more_right(server, url, reader):
    schema = url.rpartition("%3D")[2]
    found = DriftNote(NOW, EAST.of("t"), DriftWord.FOUND, "m", "it moved")
    with server.connect() as other:
        other.execute(f"GRANT INSERT ON {schema}.reconciler_drift TO reader")

    with closing(open_ledger(reader, read_only=False)) as ledger:
        ledger.note_drift([found])

        assert ledger.drift() == {str(EAST.of("t")): "m"}
        with pytest.raises(LedgerError, match="permission denied"):
            intend(ledger, intent("i2"))


def test_a_ledger_that_was_never_used_can_be_closed():
    PostgresDatabase("postgresql://h/db", WAIT).close()


def test_every_error_is_one_that_a_user_can_meet():
    assert issubclass(LedgerError, ReconcilerError)
    assert str(LedgerError("x", "broken")) == "ledger x: broken"
    assert str(LedgerError("x", "broken", "mend it")) == "ledger x: broken; mend it"

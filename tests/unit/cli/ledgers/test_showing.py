"""`ledger show`, `export`, `leases` and `break`, and where there is no ledger yet."""

from pathlib import Path

import pytest

from reconciler.ledger.protocol import Ledger
from tests.e2e.person import Person, Ran
from tests.support.ledgers import after
from tests.support.specs import NOW
from tests.unit.cli.conftest import Command
from tests.unit.cli.ledgers.remembered import BECAUSE, EAST, SCOPE, said

# --- where there is no ledger yet -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("history",), "Nothing has happened yet, as far as PLACE knows.\n"),
        (("ledger", "show"), "Nothing is known of that at PLACE.\n"),
        (("ledger", "leases"), "Nobody holds a lease at PLACE.\n"),
    ],
)
def test_where_there_is_none_reading_says_so_and_makes_none(
    words: tuple[str, ...], told: str, place: Path, command: Command
) -> None:
    ran = command(*words)

    assert ran == Ran(0, told.replace("PLACE", str(place)), "")
    assert not place.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("export",),
        ("resolve", "Source/orders-postgres", "--happened", *BECAUSE),
        ("forget", "Source/orders-postgres", *BECAUSE),
        ("break", "--scope", SCOPE, *BECAUSE),
    ],
)
def test_where_there_is_none_there_is_nothing_to_speak_of(
    words: tuple[str, ...], place: Path, command: Command
) -> None:
    ran = command("ledger", *words)

    told = (
        f"Error: there is no ledger at {place} yet; the first `reconciler apply` makes it, "
        "--ledger or --state-dir name another\n"
    )
    assert ran == Ran(2, "", told)
    assert not place.exists()


# --- show ----------------------------------------------------------------------------------------


def test_show_is_for_people_and_programs(ledger: Ledger, command: Command) -> None:
    text = command("ledger", "show", "Source/orders-postgres/public.orders")
    report = command("ledger", "show", "--format", "json")

    assert (text.code, text.err) == (0, "")
    assert text.out.startswith(
        "Nobody has seen what became of:\n  ? Source/orders-postgres/public."
    )
    assert "orders_items" not in text.out
    assert [(t["topic"], t["waits"]) for t in report.json["topics"]] == [
        ("orders.created", False),
        ("public.order_events", False),
        ("public.order_items", True),
        ("public.orders", True),
    ]
    assert (report.json["ledger"], report.json["has_history"]) == (ledger.place, True)


def test_what_is_to_be_copied_names_the_same_ledger(ledger: Ledger, command: Command) -> None:
    ran = command("ledger", "show", "--ledger", ledger.place)

    assert f"public.order_items --ledger {ledger.place} --happened" in ran.out


# --- export --------------------------------------------------------------------------------------


def test_an_export_is_every_row(ledger: Ledger, home: Person, command: Command) -> None:
    printed = command("ledger", "export")
    filed = command("ledger", "export", "--out", "out.json")

    path = home.folder / "out.json"
    assert printed.json["tables"] == ledger.export()
    assert filed == Ran(0, "", "")
    assert path.read_text(encoding="utf-8") == printed.out
    assert path.stat().st_mode & 0o777 == 0o600


# --- leases --------------------------------------------------------------------------------------


def test_leases_are_shown_and_broken(ledger: Ledger, command: Command) -> None:
    ledger.take([SCOPE, EAST], "apply 7", NOW, after(5))
    clock = ("--now", "2026-11-22T12:01:00Z")
    shown = command("ledger", "leases", *clock)
    report = command("ledger", "leases", *clock, "--format", "json")
    broken = command("ledger", "break", "--scope", SCOPE, *BECAUSE, *clock)
    again = command("ledger", "break", "--scope", SCOPE, *BECAUSE, *clock)

    held = "2026-11-22T12:00:00Z  2026-11-22T12:05:00Z (4m left)"
    assert [line.split("  ", 1)[1].strip() for line in shown.out.splitlines()[1:]] == [
        f"apply 7  {held}"
    ] * 2
    assert [x["is_over"] for x in report.json["leases"]] == [False, False]
    assert broken == Ran(
        0,
        f"Broken: {SCOPE} was held by apply 7, taken 2026-11-22T12:00:00Z, until "
        "2026-11-22T12:05:00Z (4m left).\n",
        "",
    )
    assert again == Ran(
        0, f"Nobody holds {SCOPE}; nothing was done.\n  held: {EAST} by apply 7\n", ""
    )
    assert said(ledger) == [("break", "bo", SCOPE, "")]
    assert [x.scope for x in ledger.leases()] == [EAST]


def test_a_broken_lease_is_told_to_programs(ledger: Ledger, command: Command) -> None:
    ledger.take([SCOPE], "apply 7", NOW, after(5))
    words = ("ledger", "break", "--scope", SCOPE, *BECAUSE, "--format", "json")
    first, second = command(*words), command(*words)

    assert first.json["broken"]["owner"] == "apply 7"
    assert (second.code, second.json["broken"]) == (0, None)


# --- what a plan to copy says --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ledger", "told"),
    [
        ("my ledger.db", "reconciler apply --ledger 'my ledger.db'"),
        ("none", "reconciler apply --ledger none"),
    ],
)
def test_the_command_to_copy_names_the_ledger_that_was_given(
    ledger: str, told: str, command: Command
) -> None:
    ran = command("plan", "--select", "ClusterLink/east-to-west", "--ledger", ledger)

    assert (
        ran.out.splitlines()[-1].replace("--select ClusterLink/east-to-west ", "").strip() == told
    )


def test_what_the_pipeline_says_need_not_be_repeated(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILER_LEDGER", "none")
    ran = command("plan", "--select", "ClusterLink/east-to-west")

    assert ran.out.splitlines()[-1] == "  reconciler apply --select ClusterLink/east-to-west"

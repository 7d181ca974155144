"""`ledger resolve`, `mark` and `forget`: what a person says is recorded, or refused."""

from pathlib import Path

import pytest

from reconciler.ledger.protocol import Ledger
from tests.e2e.person import Person, Ran
from tests.unit.cli.conftest import Command
from tests.unit.cli.ledgers.remembered import BECAUSE, EAST, SCOPE, masked, said

# --- resolve -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "kind"), [("--happened", "happened"), ("--did-not-happen", "did_not")]
)
def test_a_person_resolves_a_start(flag: str, kind: str, ledger: Ledger, command: Command) -> None:
    ran = command("ledger", "resolve", "Source/orders-postgres/public.orders", flag, *BECAUSE)

    address = "Source/orders-postgres/public.orders"
    what = {"happened": "happened", "did_not": "did not happen, and may be made again"}[kind]
    assert ran == Ran(
        0,
        f"Recorded of 1 topic: the start {what}.\n  {address}\n{SCOPE}, by bo, in {ledger.place}\n",
        "",
    )
    assert said(ledger) == [(kind, "bo", SCOPE, address)]


def test_a_glob_resolves_all_that_wait_and_nothing_else(ledger: Ledger, command: Command) -> None:
    ran = command(
        "ledger", "resolve", "source/orders-postgres/public.*", "--happened", *BECAUSE,
        "--format", "json",
    )  # fmt: skip
    again = command("ledger", "resolve", "Source/orders-postgres", "--happened", *BECAUSE)

    assert [(w["kind"], w["topic"]) for w in ran.json["recorded"]] == [
        ("happened", "public.order_items"),
        ("happened", "public.orders"),
    ]
    assert (again.code, len(ledger.words())) == (2, 2)
    assert again.err.startswith("Error: no start of Source/orders-postgres waits for a word at")


@pytest.mark.parametrize("specs", ["there", "elsewhere", "none"])
def test_a_name_is_understood_with_specs_and_without(
    specs: str, ledger: Ledger, home: Person, command: Command
) -> None:
    words = ["ledger", "resolve", "Source/orders-postgres/public.orders"]
    if specs == "elsewhere":
        (home.folder / "specs").rename(home.folder / "more")
        words.append("more")
    if specs == "none":
        (home.folder / "specs").rename(home.folder / "more")
    ran = command(*words, "--happened", *BECAUSE)

    assert ran.code == 0
    assert said(ledger) == [
        ("happened", "bo", SCOPE, "Source/orders-postgres/public.orders"),
    ]


def test_specs_that_are_wrong_are_not_guessed_around(
    ledger: Ledger, home: Person, command: Command
) -> None:
    home.change("specs/inventory.yaml", "state: completed", "state: complete")
    ran = command("ledger", "resolve", "Source/orders-postgres", "--happened", *BECAUSE)

    assert (ran.code, ledger.words()) == (2, ())
    assert ran.err.endswith("1 error in the specs; nothing was done.\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(
            ("resolve", "Source/orders-postgres", *BECAUSE),
            "Error: say one of --happened and --did-not-happen\n",
            id="neither",
        ),
        pytest.param(
            ("resolve", "Source/orders-postgres", "--happened", "--did-not-happen", *BECAUSE),
            "Error: say one of --happened and --did-not-happen\n",
            id="both",
        ),
        pytest.param(
            ("resolve", "Source/nobody", "--happened", *BECAUSE),
            "Error: neither the specs nor the ledger know Source/nobody; `reconciler ledger show` "
            "lists what it knows\n",
            id="unknown-name",
        ),
        pytest.param(
            ("mark", "Source/orders-postgres", "--completed-at", "2099-01-01T00:00:00Z", *BECAUSE),
            "Error: --completed-at is ahead of now, <time>\n",
            id="ahead",
        ),
        pytest.param(
            ("forget", *BECAUSE),
            "Error: say what to forget: an address, or --scope\n",
            id="forget-what",
        ),
        pytest.param(
            ("forget", "--scope", "streamkap/x/y", *BECAUSE),
            "Error: the ledger knows nothing of streamkap/x/y; `reconciler ledger show` lists what "
            "it knows\n",
            id="forget-an-unknown-scope",
        ),
        pytest.param(
            ("show", "--ledger", "none"),
            "Error: --ledger none means that there is no ledger; name one\n",
            id="none",
        ),
        pytest.param(
            ("export", "--out", "nowhere/x.json"),
            "Error: nowhere is no directory; make it first\n",
            id="no-directory",
        ),
        pytest.param(
            ("export", "--out", "specs"),
            "Error: specs is no file; name one to write the export to\n",
            id="no-file",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(
    words: tuple[str, ...], told: str, ledger: Ledger, command: Command
) -> None:
    ran = command("ledger", *words)

    assert Ran(ran.code, ran.out, masked(ran.err)) == Ran(2, "", told)
    assert ledger.words() == ()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("resolve", "Source/*", "--happened", *BECAUSE), "names no single document"),
        (("resolve", "Source/a", "--happened", "--reason", " "), "it is empty; say why"),
        (("resolve", "Source/a", "--happened"), "--reason"),
        (("mark", "Source/a", *BECAUSE), "--completed-at"),
        (("show", "Sorce"), "'Sorce' is no KIND, KIND/NAME or KIND/NAME/TOPIC"),
        (("break", *BECAUSE), "--scope"),
    ],
)
def test_words_that_are_missing_or_malformed_are_told(
    words: tuple[str, ...], told: str, command: Command
) -> None:
    ran = command("ledger", *words)

    assert (ran.code, ran.out) == (2, "")
    assert told in " ".join(ran.err.split())


# --- mark ----------------------------------------------------------------------------------------


AT = ("--completed-at", "2026-01-01T00:00:00Z")


def test_a_person_dates_a_run(ledger: Ledger, command: Command) -> None:
    ran = command("ledger", "mark", "Source/orders-postgres/public.order_*", *AT, *BECAUSE)

    assert ran == Ran(
        0,
        "Recorded of 2 topics: the run took place at 2026-01-01T00:00:00Z.\n"
        "  Source/orders-postgres/public.order_events\n"
        "  Source/orders-postgres/public.order_items\n"
        f"{SCOPE}, by bo, in {ledger.place}\n",
        "",
    )
    assert [w.time.isoformat() for w in ledger.words() if w.time] == [
        "2026-01-01T00:00:00+00:00"
    ] * 2


def test_a_first_adoption_makes_the_ledger_and_says_so(
    place: Path, home: Person, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.change(
        "specs/orders.yaml", "source: orders-postgres", "sourceId: 67ad6e0af08a2365c729ba79"
    )
    monkeypatch.setenv("CI", "true")
    ran = command("ledger", "mark", "Source/orders-postgres", *AT, *BECAUSE)

    assert (ran.code, ran.out.splitlines()[1]) == (0, "  Source/orders-postgres/public.orders")
    assert ran.err.splitlines()[0] == f"A new ledger was made: {place}"
    assert ran.err.splitlines()[1].startswith(f"Warning: {place} is a new ledger on a CI runner")
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_first_adoption_by_name_needs_to_know_the_source(place: Path, command: Command) -> None:
    words = ("ledger", "mark", "Source/orders-postgres/public.orders", *AT, *BECAUSE)
    refused = command(*words)
    made = place.exists()
    taken = command(*words, "--scope", SCOPE)

    assert (refused.code, refused.out, made) == (2, "", False)
    assert refused.err == (
        "Error: the ledger does not know yet which source orders-postgres is; run `reconciler "
        "apply` once, put its sourceId into specs/orders.yaml:6, or give --scope "
        "streamkap/sandbox/SOURCE_ID\n"
    )
    assert taken.code == 0


# --- forget --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "scope", "address"),
    [
        (("ClusterLink/east-to-west/orders.*",), EAST, "ClusterLink/east-to-west/orders.created"),
        (("ClusterLink/east-to-west",), EAST, "ClusterLink/east-to-west"),
        (("Source/orders-postgres",), SCOPE, "Source/orders-postgres"),
        (("--scope", EAST), EAST, ""),
    ],
)
def test_a_person_forgets(
    words: tuple[str, ...], scope: str, address: str, ledger: Ledger, command: Command
) -> None:
    ran = command("ledger", "forget", *words, *BECAUSE)

    assert (ran.code, ran.err) == (0, "")
    assert f": it is forgotten.\n  {address or scope}\n" in ran.out
    assert said(ledger) == [("forget", "bo", scope, address)]


def test_what_a_deleted_document_left_behind_can_be_forgotten(
    ledger: Ledger, home: Person, command: Command
) -> None:
    (home.folder / "specs/mirrors.yaml").unlink()
    ran = command("ledger", "forget", "ClusterLink/east-to-west/orders.created", *BECAUSE)

    assert (ran.code, len(ledger.words())) == (0, 1)

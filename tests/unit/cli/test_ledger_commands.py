"""`history` and `ledger` in this process, on a ledger that the test wrote."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from reconciler.model.address import Address, Kind
from reconciler.model.journal import Binding, link_scope, source_scope
from tests.e2e.person import Person, Ran
from tests.support.ledgers import after, answer, intent, item, level, sighting
from tests.support.specs import NOW
from tests.unit.cli.conftest import Command

SOURCE = Address(Kind.SOURCE, "orders-postgres")
LINK = Address(Kind.CLUSTER_LINK, "east-to-west")
SCOPE = source_scope("sandbox", "67ad6e0af08a2365c729ba79")
EAST = link_scope("sandbox", "lkc-abc123", "east-to-west")
BOUND = Binding("sandbox", "orders-postgres", "67ad6e0af08a2365c729ba79", NOW)
BECAUSE = ("--reason", "I looked")
NAMED = f"{SOURCE}/"
PAST = -10_000_000  # minutes: long before any clock that runs these tests


def topic(name: str):
    """One topic of the sample source."""
    return item(name, SCOPE, address=SOURCE.of(name))


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILER_ACTOR", "bo")


@pytest.fixture
def place(home: Person) -> Path:
    """Where the ledger of somebody at home is."""
    return home.folder / ".reconciler" / "ledger.db"


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    """A ledger with two starts that nobody saw, one that was seen, and a paused mirror."""
    with closing(open_ledger(place, read_only=False)) as ledger:
        ledger.intend(intent("i1", PAST, topic("public.orders"), topic("public.order_items")))
        ledger.answer([answer("i1", PAST, topic="public.orders", scope=SCOPE, request_id="r-1")])
        ledger.intend(intent("i2", PAST + 1, topic("public.order_events")))
        ledger.see([sighting("i2", PAST + 2, topic="public.order_events", scope=SCOPE)])
        ledger.note([level("orders.created", scope=EAST, address=LINK.of("orders.created"))])
        ledger.bind([BOUND])
        yield ledger


def said(ledger: Ledger) -> list[tuple[str, str, str, str]]:
    """What people said, by whom, of what; all of it for the one reason."""
    words = ledger.words()
    assert {w.said.reason for w in words} <= {"I looked"}
    return [(w.kind.value, w.said.actor.name, w.scope, str(w.address or "")) for w in words]


def masked(text: str) -> str:
    """A text without times."""
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", text)


# --- history -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ledger")
def test_history_is_newest_first(command: Command) -> None:
    ran = command("history")

    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out) == (
        f"TIME                  WHO  {'ADDRESS':52}  WHAT\n"
        f"<time>  -    {NAMED + 'public.order_events':52}  seen running, begun <time>\n"
        f"<time>  ci   {NAMED + 'public.order_events':52}  asked to start\n"
        f"<time>  -    {NAMED + 'public.orders':52}  accepted (request id r-1)\n"
        f"<time>  ci   {NAMED}public.order_items and 1 more  asked to start\n"
    )


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("words", "seen"),
    [
        pytest.param(("Source",), 5, id="kind"),
        pytest.param(("source/orders-postgres",), 5, id="name"),
        pytest.param(("Source/orders-*/public.order_*",), 3, id="globs"),
        pytest.param(("Source/orders-postgres/public.order_?vents",), 2, id="topic-glob"),
        pytest.param(("Source/orders-postgres/public.orders",), 2, id="topic"),
        pytest.param(("Source/*",), 5, id="name-glob"),
        pytest.param(("ClusterLink",), 0, id="another-kind"),
        pytest.param(("Source/orders",), 0, id="another-name"),
        pytest.param(("--limit", "2"), 2, id="limit"),
        pytest.param(("Source/*/public.order_items", "--limit", "1"), 1, id="far-back"),
    ],
)
def test_history_of_one_thing(words: tuple[str, ...], seen: int, command: Command) -> None:
    ran = command("history", "--format", "json", *words)

    assert len(ran.json["entries"]) == seen
    assert ran.json["is_all"] is ("2" not in words)


@pytest.mark.usefixtures("ledger")
def test_history_ends_at_the_limit_and_says_so(command: Command) -> None:
    short, whole = command("history", "--limit", "3"), command("history", "--limit", "4")

    assert len(short.out.splitlines()) == 6
    assert short.out.endswith("\n\nThere is more before that; raise --limit.\n")
    assert len(whole.out.splitlines()) == 5


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

"""Apply, and what it leaves behind at the vendors."""

import re

from tests.e2e.person import NOW, Person, Ran, signature, text_of

NOTE = (
    "Note: {ledger} is a new ledger, so sources are looked at twice, 1s apart, before they start; "
    "a run that the vendor shows later than that cannot be known.\n"
)
CHANGING = [
    "POST /kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:pause",
    "POST /kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:resume",
    "POST /sources/snapshot",
    "POST /topics/bulk/snapshot",
]


def timeless(text: str) -> str:
    """Text without how long it took."""
    return re.sub(r"\(\d+m?s\)\.$", "(TIME).", text, flags=re.MULTILINE)


def test_apply_shows_the_plan_carries_it_out_and_says_what_became_of_it(person: Person) -> None:
    ran = person.run("apply", *NOW, "--auto-approve")

    plan = text_of("plan.txt").removesuffix(
        "\nTo carry it out:\n  reconciler apply --now 2025-06-01T00:00:00Z\n"
    )
    assert (ran.code, timeless(ran.out)) == (0, plan + text_of("apply.txt"))
    note = NOTE.format(ledger=person.folder / ".reconciler/ledger.db")
    assert ran.err.startswith(note)
    assert sorted(ran.err.removeprefix(note).splitlines()) == [
        *(f"Sending: {step}" for step in _steps()),
        "Waiting: streamkap-demo: looking again in 1s before a start",
    ]


def _steps() -> list[str]:
    pause, resume, single, bulk = CHANGING
    return [f"s1: {single}", f"s2: {bulk}", f"s3: {pause}", f"s4: {resume}"]


def test_what_the_report_counts_is_what_the_sandbox_was_sent(person: Person) -> None:
    ran = person.run("apply", *NOW, "--auto-approve", "--format", "json")
    requests = person.requests()

    report = ran.json
    sent = signature(requests)
    traffic = report["traffic"]
    assert (ran.code, report["outcome"]) == (0, "ok")
    assert traffic == {
        "tokens": 1,
        "reads": 6,
        "second_look": 2,
        "calls": 4,
        "retries": 0,
        "canary": 0,
        "settle": 2,
        "total": len(requests),
    }
    assert [line for line in sent if line in CHANGING] == CHANGING
    assert sent.count("POST /auth/access-token") == 1
    assert ran.err.startswith("ClusterLink/east-to-west\n")


def test_what_was_applied_is_not_planned_again(person: Person) -> None:
    person.run("apply", *NOW, "--auto-approve", "--wait", "accepted")
    again = person.run("plan", *NOW, "--detailed-exitcode")
    runs = person.run("sandbox", "runs", "--format", "json")
    log = person.run("sandbox", "requests", "--clear")
    emptied = person.run("sandbox", "requests")

    entries = runs.json["runs"]
    assert isinstance(entries, list)
    started = [(entry["source_name"], sorted(entry["topics"])) for entry in entries[2:]]
    assert again.code == 0
    assert sorted(started) == [
        ("customers-mysql", ["crm.addresses", "crm.customers"]),
        ("inventory-postgres", ["stock.levels", "stock.movements"]),
        ("orders-postgres", ["public.order_items", "public.orders"]),
    ]
    assert log.err == f"{len(log.out.splitlines())} requests\n"
    assert emptied == Ran(0, "", "0 requests\n")


def test_a_second_apply_has_nothing_to_do(person: Person) -> None:
    mirrors = ("--select", "ClusterLink/east-to-west")
    first = person.run("apply", "--auto-approve", *mirrors)
    second = person.run("apply", *mirrors)

    assert first.code == 0
    assert second == Ran(0, text_of("nothing.txt"), "")

"""Every exit code, each by what really leads to it; 0, 3 and 4 are in `test_reading`."""

import time

from tests.e2e.person import NOW, PATIENCE, STILL, Person
from tests.e2e.served import Served
from tests.e2e.terminal import Terminal

CUSTOMERS = ("--select", "Source/customers-mysql")
MIRRORS = ("--select", "ClusterLink/east-to-west")
REFUSED = {"effect": "status", "status": 403, "path": "mirrors:pause$", "times": None}
HELD = {"effect": "delay", "seconds": 600, "path": "/topics/batch$", "skip": 1}
LOST = {"effect": "drop_before", "method": "POST", "path": "^/sources/snapshot$"}
PAUSED = ("connector: mysql\n      status: Active", "connector: mysql\n      status: Paused")
UNSEEN = {"effect": "drop_after", "method": "POST", "path": "^/sources/snapshot$"}


def runs_of(served: Served, source: str) -> int:
    """How many snapshot runs of a source there are."""
    runs = served.control("GET", "runs")["runs"]
    assert isinstance(runs, list)
    return len([run for run in runs if run["source_name"] == source])


def test_1_a_credential_is_missing_and_the_other_vendor_is_planned(customer: Person) -> None:
    customer.change(
        "specs/connections.yaml", "clientId: {env: VENDOR_NAME}", "clientId: {env: UNSET}"
    )
    ran = customer.run("plan", *NOW)

    assert (ran.code, ran.err) == (1, "")
    assert "‖ pause      orders.cancelled, orders.created, orders.shipped\n" in ran.out
    assert "  - streamkap-demo: read the credential: environment variable UNSET" in ran.out


def test_2_nobody_was_there_to_approve(person: Person) -> None:
    ran = person.run("apply", *MIRRORS)

    assert (ran.code, ran.err) == (
        2,
        "Error: there is no terminal to ask at; approve with --auto-approve\n",
    )


def test_5_a_call_failed_and_the_others_were_made(customer: Person, served: Served) -> None:
    served.faults(REFUSED)
    ran = customer.run("apply", "--auto-approve", *MIRRORS, "--format", "json")

    report = ran.json
    calls = report["calls"]
    assert isinstance(calls, list)
    assert (ran.code, report["outcomes"]) == (5, ["failed"])
    assert [(call["status"], call["reply"]) for call in calls] == [
        (403, "failed"),
        (200, "accepted"),
    ]


def test_6_what_is_waited_for_does_not_come_in_time(person: Person) -> None:
    words = ("--auto-approve", "--wait", "settled", "--timeout", "3s", "--format", "json")
    ran = person.run("apply", *NOW, *CUSTOMERS, *words)

    assert (ran.code, ran.json["outcomes"]) == (6, ["not_reached"])


def test_7_another_apply_holds_the_source(customer: Person, served: Served) -> None:
    """It took its lease, and is kept waiting for what it looks at once more before it starts."""
    served.faults(HELD)
    first = customer.begin("apply", "--auto-approve", *CUSTOMERS)
    try:
        _until_looked_twice(served)
        ran = customer.run("apply", "--auto-approve", *CUSTOMERS, "--format", "json")
    finally:
        first.kill()
        first.communicate()

    assert (ran.code, ran.json["outcomes"]) == (7, ["locked"])
    assert runs_of(served, "customers-mysql") == 0


def _until_looked_twice(served: Served) -> None:
    end = time.monotonic() + PATIENCE
    while sum(str(r["path"]).endswith("/topics/batch") for r in served.requests()) < 2:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_8_what_moved_while_the_question_stood_is_left_out(
    customer: Person, served: Served
) -> None:
    with Terminal(customer, "apply", *CUSTOMERS) as terminal:
        terminal.expect("Carry out 1 call? [y/N]: ")
        served.control("PUT", "world", STILL.read_text(encoding="utf-8").replace(*PAUSED))
        terminal.press("y\n")
        code = terminal.end()

    assert code == 8
    assert runs_of(served, "customers-mysql") == 0


def test_9_what_is_disruptive_is_held_back_for_want_of_a_word(person: Person) -> None:
    person.change("specs/mirrors.yaml", "until: 2099-01-01T00:00:00Z", "until: never")
    ran = person.run("apply", "--auto-approve", *MIRRORS, "--format", "json")

    sent = [entry["path"] for entry in person.requests() if entry["method"] == "POST"]
    assert (ran.code, ran.json["outcomes"]) == (9, ["blocked"])
    assert sent == ["/kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:resume"]


def test_10_nobody_can_tell_what_became_of_a_start(customer: Person, served: Served) -> None:
    served.faults(LOST)
    ran = customer.run("apply", "--auto-approve", *CUSTOMERS, "--format", "json")

    assert (ran.code, ran.json["outcomes"]) == (10, ["unknown"])
    assert runs_of(served, "customers-mysql") == 0


def test_10_stays_until_somebody_says_what_became_of_it(customer: Person, served: Served) -> None:
    """The ledger remembers it; evidence or a word ends it, once `lag` has passed."""
    served.reset(STILL.read_text(encoding="utf-8").replace("speed: 0", "speed: 60"))
    served.faults(LOST)
    customer.run("apply", "--auto-approve", *CUSTOMERS)
    again = customer.run("apply", "--auto-approve", *CUSTOMERS, "--format", "json")
    told = customer.run(
        "ledger", "resolve", "Source/customers-mysql", "--did-not-happen", "--reason", "no run"
    )
    last = customer.run("apply", "--auto-approve", *CUSTOMERS, "--format", "json")

    assert (again.code, again.json["calls"], told.code) == (10, [], 0)
    assert (last.code, last.json["outcomes"]) == (0, ["ok"])
    assert runs_of(served, "customers-mysql") == 1


def test_a_lost_answer_is_made_good_by_looking(customer: Person, served: Served) -> None:
    served.faults(UNSEEN)
    ran = customer.run("apply", "--auto-approve", *CUSTOMERS, "--format", "json")

    assert (ran.code, ran.json["outcomes"]) == (0, ["ok"])
    assert runs_of(served, "customers-mysql") == 1

"""Every exit code there is today, each by what really leads to it; 0, 3, 4 are elsewhere."""

from tests.e2e.person import NOW, STILL, Person
from tests.e2e.served import Served
from tests.e2e.terminal import Terminal

CUSTOMERS = ("--select", "Source/customers-mysql")
MIRRORS = ("--select", "ClusterLink/east-to-west")
REFUSED = {"effect": "status", "status": 403, "path": "mirrors:pause$", "times": None}
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


def test_a_lost_answer_is_made_good_by_looking(customer: Person, served: Served) -> None:
    served.faults(UNSEEN)
    ran = customer.run("apply", "--auto-approve", *CUSTOMERS, "--format", "json")

    assert (ran.code, ran.json["outcomes"]) == (0, ["ok"])
    assert runs_of(served, "customers-mysql") == 1

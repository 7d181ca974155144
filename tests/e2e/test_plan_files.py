"""A plan is saved, reviewed, and carried out by another process, perhaps somewhere else and later."""

import json
from collections.abc import Mapping, Sequence

import pytest

from tests.e2e.person import NOW, STILL, Person, Ran, text_of
from tests.e2e.served import Served, serving

APPLY = ("apply", "--plan", "plan.json", "--auto-approve")
HAND = "/kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:pause"
CHANGING = [
    "POST /kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:pause",
    "POST /kafka/v3/clusters/lkc-abc123/links/east-to-west/mirrors:resume",
    "POST /sources/snapshot",
    "POST /topics/bulk/snapshot",
]


def _calls(requests: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Requests that change something, as the plan file spells them."""
    return [r for r in requests if f"{r['method']} {r['path']}" in CHANGING]


def _file(person: Person) -> dict[str, object]:
    document = json.loads((person.folder / "plan.json").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def _bodies(person: Person) -> list[object]:
    steps = _file(person)["steps"]
    assert isinstance(steps, list)
    return sorted((step["call"]["body"] for step in steps), key=str)


def test_what_was_reviewed_is_what_is_sent(person: Person) -> None:
    planned = person.run("plan", *NOW, "--out", "plan.json")
    approval = str(_file(person)["approval"])
    applied = person.run(*APPLY, *NOW, "--expect-approval", approval)

    printed = text_of("plan.txt").replace("reconciler apply --now 2025-06-01T00:00:00Z\n", "")
    told = "reconciler apply --plan plan.json --now 2025-06-01T00:00:00Z\n"
    told += f"Approval of these calls: {approval}\n"
    assert planned == Ran(0, printed + told, "")
    assert applied.code == 0
    assert applied.out.startswith(text_of("plan.txt").partition("\nTo carry it out:")[0])
    sent = [entry["body"] for entry in _calls(person.requests())]
    assert sorted(sent, key=str) == _bodies(person)


def test_two_plans_of_the_same_world_are_the_same_bytes(reader: Person) -> None:
    reader.run("plan", *NOW, "--out", "one.json")
    reader.run("plan", *NOW, "--out", "two.json")

    one, two = ((reader.folder / name).read_bytes() for name in ("one.json", "two.json"))
    assert one == two


def test_what_was_paused_by_hand_in_between_is_not_paused_again(
    customer: Person, served: Served
) -> None:
    """Nor is anything else kept from going its way."""
    customer.run("plan", "--out", "plan.json")
    served.by_hand(HAND, {"mirror_topic_names": ["orders.created"]})
    ran = customer.run(*APPLY, "--format", "json")

    results = {item["address"].rpartition("/")[2]: item["result"] for item in ran.json["items"]}
    pauses = [r["body"] for r in _calls(served.requests()) if r["path"] == HAND][1:]
    assert (ran.code, results["orders.created"], results["orders.shipped"]) == (
        0,
        "done",
        "settled",
    )
    assert pauses == [{"mirror_topic_names": ["orders.cancelled", "orders.shipped"]}]


def test_what_was_promoted_by_hand_in_between_is_left_out(customer: Person, served: Served) -> None:
    customer.run("plan", "--out", "plan.json")
    promote = HAND.replace("pause", "promote")
    served.by_hand(promote, {"mirror_topic_names": ["orders.created"]})
    ran = customer.run(*APPLY, "--format", "json")

    stale = [item["address"] for item in ran.json["items"] if item["result"] == "stale"]
    assert (ran.code, stale) == (8, ["ClusterLink/east-to-west/orders.created"])


def test_an_edited_file_is_refused(person: Person) -> None:
    person.run("plan", *NOW, "--out", "plan.json")
    person.change("plan.json", '"orders.created"', '"payments.refunded"')
    ran = person.run(*APPLY, *NOW)

    told = "Error: plan.json: it was changed after it was written; plan again\n"
    assert ran == Ran(2, "", told)
    assert _calls(person.requests()) == []


def test_specs_that_moved_leave_their_part_out(person: Person) -> None:
    person.run("plan", *NOW, "--out", "plan.json")
    person.change("specs/mirrors.yaml", "reason: CHG-1234", "reason: CHG-4321")
    ran = person.run(*APPLY, *NOW, "--format", "json")

    stale = {item["address"] for item in ran.json["items"] if item["result"] == "stale"}
    assert (ran.code, len(stale)) == (8, 4)
    sent = [f"{r['method']} {r['path']}" for r in _calls(person.requests())]
    assert sorted(sent) == sorted(CHANGING[2:])  # both leave at once


def test_a_comment_in_a_spec_is_no_reason(person: Person) -> None:
    person.run("plan", *NOW, "--out", "plan.json")
    person.change("specs/mirrors.yaml", "    - topics", "    # said otherwise\n    - topics")

    assert person.run(*APPLY, *NOW).code == 0


def test_a_plan_for_another_endpoint_is_refused(
    customer: Person, served: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    customer.run("plan", "--out", "plan.json")
    with serving(tmp_path_factory.mktemp("elsewhere")) as other:
        path = customer.folder / "specs/connections.yaml"
        path.write_text(path.read_text().replace(served.url, other.url), encoding="utf-8")
        ran = customer.run(*APPLY)
        seen = other.requests()

    here, there = (url.removeprefix("http://") for url in (served.url, other.url))
    assert ran == Ran(
        2,
        "",
        f"Error: plan.json: it was made for confluent at {here}, and Connection/confluent-demo "
        f"is confluent at {there} now; plan again\n",
    )
    assert (seen, _calls(served.requests())) == ([], [])


def test_yesterdays_plan_is_refused(person: Person) -> None:
    person.run("plan", *NOW, "--out", "plan.json")
    ran = person.run(*APPLY, "--now", "2025-06-02T00:00:01Z")

    assert ran == Ran(
        2,
        "",
        "Error: plan.json: it was made at 2025-06-01T00:00:00Z, 1d 1s ago, and is good for 1d; "
        "plan again, or say how old it may be with --max-plan-age\n",
    )


def test_no_secret_is_in_a_plan_file(customer: Person, served: Served) -> None:
    name, secret = "canary-name-5e81", "canary-secret-20b7"
    served.reset(
        STILL.read_text(encoding="utf-8")
        .replace("clientId: demo, secret: demo", f"clientId: {name}, secret: {secret}")
        .replace("key: demo, secret: demo", f"key: {name}, secret: {secret}")
    )
    customer.environment |= {"VENDOR_NAME": name, "VENDOR_SECRET": secret}
    planned = customer.run("plan", "--out", "plan.json", "-v")
    applied = customer.run(*APPLY, "-v", "--log-format", "json")
    shown = (customer.folder / "plan.json").read_text(encoding="utf-8")
    shown += planned.out + planned.err + applied.out + applied.err

    assert (planned.code, applied.code) == (0, 0)
    assert (name in shown, secret in shown) == (False, False)


def test_without_a_credential_nothing_is_sent_and_the_apply_is_incomplete(
    customer: Person, served: Served
) -> None:
    customer.run("plan", "--out", "plan.json")
    ran = customer.run(*APPLY, "--format", "json", env={"VENDOR_SECRET": ""})

    incomplete = ran.json["incomplete"]
    assert (ran.code, ran.json["outcomes"]) == (1, ["error", "stale"])
    assert incomplete == [
        f"{name}: read the credential: environment variable VENDOR_SECRET is empty; "
        "give VENDOR_SECRET a value"
        for name in ("confluent-demo", "streamkap-demo")
    ]
    assert _calls(served.requests()) == []


def test_a_plan_pins_where_it_was_made(customer: Person, served: Served) -> None:
    customer.run("plan", "--out", "plan.json")

    connections = _file(customer)["connections"]
    assert isinstance(connections, list)
    assert {item["identity"] for item in connections} == {served.url.removeprefix("http://")}

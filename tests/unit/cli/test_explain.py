"""`reconciler explain`: why a verdict is what it is."""

import pytest

from tests.e2e.person import NOW, Person
from tests.unit.cli.conftest import Command

SOURCE = "Source/orders-postgres"
LINK = "ClusterLink/east-to-west"
ORDERS = f"{SOURCE}/public.orders"


def test_a_start_is_explained_from_its_rule_to_its_call(command: Command) -> None:
    ran = command("explain", ORDERS, *NOW)

    rows = ran.out.splitlines()
    assert (ran.code, ran.err, rows[0]) == (0, "", f"+ {ORDERS}")
    assert "    specs/orders.yaml:17" in rows
    assert '    | - topics: [public.orders, "public.order_*"]' in rows
    assert any(row.startswith("    run completed: ") and row.endswith(" rows") for row in rows)
    assert (
        "    snapshots, row 15 of 16: wanted completed; last run older than since: change: start"
        in rows
    )
    assert "  Ledger: none is kept" in rows
    assert "  Call: s1, POST /sources/snapshot" in rows
    assert '        "public.orders"' in rows
    assert any(row.endswith("  200  POST /dashboard/lineage/topics/batch") for row in rows)


def test_a_mirror_is_explained_with_its_raw_word(command: Command) -> None:
    ran = command("explain", f"{LINK}/orders.created", *NOW)

    assert ran.code == 0
    assert "    mirror topic ACTIVE" in ran.out
    assert "    mirror topics, row 4 of 10: link otherwise; topic ACTIVE;" in ran.out
    assert "mirrors:pause\n" in ran.out


def test_a_document_is_explained_topic_by_topic_with_what_is_in_sync_last(command: Command) -> None:
    ran = command("explain", SOURCE, *NOW)

    topics = [row for row in ran.out.splitlines() if row[2:].startswith(f"{SOURCE}/")]
    signs = [row[0] for row in topics]
    assert (ran.code, len(topics)) == (0, 5)
    assert signs == sorted(signs, key="+=".index)


def test_what_the_ledger_remembers_is_shown(command: Command) -> None:
    command("apply", "--auto-approve", "--select", LINK)
    ran = command("explain", f"{LINK}/orders.created")

    assert ran.code == 0
    assert "asked to pause" in ran.out
    assert "accepted" in ran.out
    assert "  Call: none\n" in ran.out


def test_a_topic_that_no_rule_names_is_shown_with_its_state(command: Command) -> None:
    ran = command("explain", f"{SOURCE}/public.scratch", *NOW)

    assert ran.code == 0
    assert "  Wanted: no rule names it\n" in ran.out
    assert "none: what no rule names is not judged, and never touched" in ran.out
    assert "  Verdict: unmanaged\n    it is there, but no rule names it\n" in ran.out


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"{SOURCE}/public.order", f"did you mean {SOURCE}/public.orders?"),
        (f"{SOURCE}/zzz", "`reconciler status` lists them"),
        ("Source/order-postgres", "did you mean Source/orders-postgres?"),
    ],
)
def test_what_is_nowhere_is_told_with_what_may_be_meant(
    address: str, told: str, command: Command
) -> None:
    ran = command("explain", address, *NOW)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: ")
    assert told in ran.err


def test_json_holds_the_same(command: Command) -> None:
    ran = command("explain", ORDERS, "--format", "json", *NOW)

    found = ran.json
    (one,) = found["resources"]
    assert (ran.code, found["ledger"], found["incomplete"]) == (0, None, [])
    assert one["row"]["name"] == "runs.older"
    assert one["rule"]["line"] == 17
    assert one["step"]["call"]["path"] == "/sources/snapshot"
    assert [run["status"] for run in one["observed"]["runs"]] == ["completed"]
    assert found["requests"][-1]["status"] == 200


def test_a_vendor_that_is_silent_is_told(command: Command, home: Person) -> None:
    home.change("specs/connections.yaml", "provider: confluent", "provider: confluent # gone")
    text = (home.folder / "specs/connections.yaml").read_text()
    home.write(
        "specs/connections.yaml",
        text.replace(
            "provider: confluent # gone\n  endpoint: sandbox",
            "provider: confluent\n  endpoint: http://127.0.0.1:9\n"
            "  auth: {apiKey: {env: NOBODY}, apiSecret: {env: NOBODY}}",
        ),
    )
    ran = command("explain", LINK, *NOW)

    assert ran.code == 1
    assert ran.out.startswith("INCOMPLETE:\n")
    assert "Nothing was asked of the vendor." in ran.out


@pytest.mark.parametrize("address", ["ClusterLink/*", f"{LINK}/orders.*"])
def test_a_glob_explains_what_it_takes_with_what_is_remembered(
    address: str, command: Command
) -> None:
    command("apply", "--auto-approve", "--select", LINK)
    ran = command("explain", address)

    assert ran.code == 0
    assert f"= {LINK}/orders.created" in ran.out
    assert ran.out.count("asked to pause") == 3

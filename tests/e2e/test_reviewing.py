"""What a reviewer needs to judge a snapshot stands in the plan: text, Markdown, JSON, plan file."""

import pytest

from tests.e2e.person import NOW, Person

KNOWN = "about 1,200,000 rows will be read again · last run took 19m 55s · connector restart: no"
TOTAL = (
    "6 topics to read · about 1,200,000 rows will be read again, rows of 5 topics unknown · longest "
    "last run took 19m 55s · connector restart: no"
)
FIRST = "rows unknown, no earlier run · connector restart: no"
RULE = "state: completed, since: 2025-05-31T00:00:00Z"


def test_the_text_says_what_is_read_again_for_how_long_and_whether_connectors_restart(
    reader: Person,
) -> None:
    text = " ".join(reader.run("plan", *NOW).out.split())

    assert f"→ completed within 7d {KNOWN}" in text
    assert f"never → completed within 7d {FIRST}" in text
    assert f"Snapshots: {TOTAL}" in text


def test_the_comment_says_it_too(reader: Person) -> None:
    page = reader.run("plan", *NOW, "--format", "markdown").out.replace("`", "")

    assert f"\nSnapshots: {TOTAL}\n" in page
    assert f"; {KNOWN} |" in page
    assert f"; {FIRST} |" in page


def test_programs_are_told_per_topic_and_in_sum(reader: Person) -> None:
    document = reader.run("plan", *NOW, "--format", "json").json
    resources, summary = document["resources"], document["summary"]
    assert isinstance(resources, list)
    assert isinstance(summary, dict)
    told = {one["topic"]: one["impact"] for one in resources if one["action"] == "start"}

    assert told["public.orders"] == {
        "connector": "runs_on",
        "rows": 1_200_000,
        "seconds": 1195.0,
        "first": False,
        "filtered": False,
    }
    assert told["stock.levels"] == {
        "connector": "runs_on",
        "rows": None,
        "seconds": None,
        "first": True,
        "filtered": False,
    }
    assert summary["snapshots"] == {
        "topics": 6,
        "rows": 1_200_000,
        "rows_unknown": 5,
        "longest_seconds": 1195.0,
        "connector_restart": False,
        "restarts": [],
        "pauses": [],
    }


def test_who_applies_a_saved_plan_reads_it_as_well(person: Person) -> None:
    person.run("plan", *NOW, "--out", "plan.json")
    asked = person.run("apply", *NOW, "--plan", "plan.json")

    assert f"Snapshots: {TOTAL}" in unfolded(asked.out)


@pytest.mark.parametrize(
    ("type_", "told"),
    [
        ("incremental", "connector restart: no"),
        (
            "blocking",
            "connector restart: no · streaming pauses until it is over (Source/orders-postgres)",
        ),
    ],
)
def test_what_becomes_of_the_connector_depends_on_the_type(
    person: Person, type_: str, told: str
) -> None:
    _orders(person, f"{{topics: [public.orders], {RULE}, type: {type_}}}")
    planned = person.run("plan", *NOW, "--select", "Source/orders-postgres")

    assert planned.code == 0
    assert f"· last run took 19m 55s · {told} Calls: 1 call" in unfolded(planned.out)


def unfolded(text: str) -> str:
    """A text in one line: where it is folded is another test's affair."""
    return " ".join(text.split())


def _orders(person: Person, rule: str) -> None:
    head = "apiVersion: reconciler.dev/v1alpha1\nkind: Source\nmetadata: {name: orders-postgres}\n"
    spec = f"connection: streamkap-demo, source: orders-postgres, snapshots: [{rule}]"
    person.write("specs/orders.yaml", f"{head}spec: {{{spec}}}\n")

"""What the commands that only read print, compared whole."""

import json
from pathlib import Path

import pytest

from reconciler import __version__
from tests.e2e.person import NOW, Person, Ran, text_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        pytest.param(("plan", *NOW), 0, "plan.txt", id="plan"),
        pytest.param(("plan", *NOW, "--format", "markdown"), 0, "plan.md", id="plan-markdown"),
        pytest.param(("plan", *NOW, "--format", "json"), 0, "plan.json", id="plan-json"),
        pytest.param(("drift", *NOW), 4, "drift.txt", id="drift"),
        pytest.param(("status", *NOW), 0, "status.txt", id="status"),
    ],
)
def test_what_is_read_is_printed_like_this(
    reader: Person, words: tuple[str, ...], code: int, text: str
) -> None:
    ran = reader.run(*words)

    assert ran == Ran(code, text_of(text).replace("VERSION", __version__), "")


def test_validate_says_what_it_found(reader: Person) -> None:
    ran = reader.run("validate")

    told = "Valid: 2 connections, 3 sources, 1 cluster link in 5 files.\n"
    assert ran == Ran(0, told, "")


def test_a_plan_with_changes_may_speak_by_its_exit_code(reader: Person) -> None:
    ran = reader.run("plan", *NOW, "--detailed-exitcode", "--select", "Source/customers-mysql")

    assert (ran.code, ran.err) == (3, "")
    assert ran.out.endswith(
        "  reconciler apply --select Source/customers-mysql --now 2025-06-01T00:00:00Z\n"
    )


def test_the_schema_is_the_one_in_the_repository(reader: Person) -> None:
    ran = reader.run("schema")

    kept = (ROOT / "schemas/reconciler.schema.json").read_text(encoding="utf-8")
    assert (ran.code, json.loads(ran.out), ran.err) == (0, json.loads(kept), "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(
            ("Source/orders-postgres/public.order_events", "--for", "completed", *NOW),
            Ran(0, "Reached.\n", ""),
            id="reached",
        ),
        pytest.param(
            ("Source/orders-postgres/public.orders", "--for", "completed", "--timeout", "0s", *NOW),
            Ran(
                6,
                "Not reached: 1 topic left.\n",
                "Source/orders-postgres/public.orders: its last snapshot completed and began "
                "2025-05-11T10:00:05Z, more than 7d ago; `reconciler apply` does it, waiting "
                "does not\n",
            ),
            id="not-in-time",
        ),
        pytest.param(
            ("ClusterLink/east-to-west/payments.refunded", "--for", "paused"),
            Ran(
                9,
                "Not reached: 1 topic left.\n",
                "ClusterLink/east-to-west/payments.refunded: it is active as wanted; the spec does "
                "not ask for paused\n",
            ),
            id="the-specs-want-the-opposite",
        ),
    ],
)
def test_wait_says_whether_it_was_reached(
    reader: Person, words: tuple[str, ...], expected: Ran
) -> None:
    ran = reader.run("wait", *words)

    assert ran == expected


def test_the_world_that_is_printed_can_be_read_again(person: Person) -> None:
    first = person.run("sandbox", "world")
    person.write("again.yaml", first.out)
    reset = person.run("sandbox", "reset", "again.yaml")
    second = person.run("sandbox", "world")

    assert (first.code, first.err) == (0, "")
    assert reset == Ran(0, "The sandbox begins anew.\n", "")
    assert second == first

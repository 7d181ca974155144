"""What the commands share: who reads only reads, and stdout is for the result."""

import pytest

from reconciler import __version__
from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import MIRRORS, Command

READ_POSTS = {"/auth/access-token", "/dashboard/lineage/topics/batch"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("validate",), 0, id="validate"),
        pytest.param(("plan", *NOW), 0, id="plan"),
        pytest.param(("plan", *NOW, "--detailed-exitcode"), 3, id="plan-detailed"),
        pytest.param(("drift", *NOW), 4, id="drift"),
        pytest.param(("status", *NOW), 0, id="status"),
        pytest.param(
            ("wait", "Source/orders-postgres/public.order_events", "--for", "completed", *NOW),
            0,
            id="wait",
        ),
    ],
)
def test_what_only_reads_sends_only_reads(
    words: tuple[str, ...], code: int, home: Person, command: Command
) -> None:
    ran = command(*words)

    posts = {entry["path"] for entry in home.requests() if entry["method"] != "GET"}
    assert (ran.code, posts - READ_POSTS) == (code, set())


@pytest.mark.parametrize("name", ["plan", "drift", "status"])
@pytest.mark.parametrize("shape", ["json", "markdown"])
def test_every_shape_has_stdout_to_itself(name: str, shape: str, command: Command) -> None:
    ran = command(name, *NOW, *MIRRORS, "--format", shape)

    begins = "{\n" if shape == "json" else "**"
    assert (ran.err, ran.out[:2]) == ("", begins)
    assert shape == "markdown" or ran.json["format_version"] == 1


def test_wait_says_what_stands_in_the_way(command: Command) -> None:
    ran = command("wait", "ClusterLink/east-to-west/payments.refunded", "--for", "paused")

    told = "ClusterLink/east-to-west/payments.refunded: it is active as wanted; the "
    told += "spec does not ask for paused\n"
    assert ran == Ran(9, "Not reached: 1 topic left.\n", told)


def test_json_carries_the_version(command: Command) -> None:
    assert command("plan", *NOW, *MIRRORS, "--format", "json").json["reconciler_version"] == (
        __version__
    )

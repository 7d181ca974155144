"""`history` in this process: newest first, of one thing, as far as asked."""

import pytest

from tests.unit.cli.conftest import Command
from tests.unit.cli.ledgers.remembered import NAMED, masked


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

"""Commands that only look: nothing but reads leaves, and nothing is left behind on the disk."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.e2e.person import NOW, Person
from tests.e2e.served import Served
from tests.e2e.test_served import READ_POSTS

TOPIC = "Source/orders-postgres/public.order_events"
LOOKING = [
    ("validate",),
    ("show",),
    ("plan", *NOW),
    ("plan", *NOW, "--format", "json", "-v"),
    ("drift", *NOW),
    ("status", *NOW),
    ("status", *NOW, "--watch=2", "--until-settled"),
    ("explain", TOPIC, *NOW),
    ("explain", "ClusterLink/east-to-west", *NOW, "--format", "json"),
    ("completion", "bash"),
    ("wait", TOPIC, "--for", "completed", *NOW),
    ("history",),
    ("ledger", "show"),
    ("ledger", "leases"),
    ("schema",),
    ("doctor", "--cluster", "lkc-abc123"),
    (
        "dump",
        "--connection",
        "streamkap-demo",
        "--snapshots",
        "completed",
        "specs/connections.yaml",
    ),
    ("dump", "--connection", "confluent-demo", "specs/connections.yaml", "--cluster", "lkc-abc123"),
]


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder with a digest of what is in it."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_who_only_looks_changes_nothing_anywhere(
    words: tuple[str, ...], customer: Person, served: Served
) -> None:
    before, world = files(customer.folder), served.control("GET", "world")
    ran = customer.run(*words)

    sent = {str(r["path"]) for r in served.requests() if r["method"] != "GET"}
    assert ran.code in {0, 4}, ran
    assert sent <= READ_POSTS
    assert (files(customer.folder), served.control("GET", "world")) == (before, world)


def test_who_only_looks_leaves_an_older_ledger_as_it_is(customer: Person, served: Served) -> None:
    customer.run("apply", "--auto-approve", "--select", "ClusterLink/east-to-west")
    place = customer.folder / ".reconciler/ledger.db"
    before, sent = place.read_bytes(), len(served.requests())
    codes = [customer.run(name).code for name in ("plan", "drift", "status", "history")]

    later = served.requests()[sent:]
    assert set(codes) <= {0, 4}
    assert {str(r["path"]) for r in later if r["method"] != "GET"} <= READ_POSTS
    assert place.read_bytes() == before

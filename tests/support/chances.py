"""What chance comes up with: worlds, wishes, odd vendors, and ways in which requests fare badly."""

from datetime import timedelta
from random import Random

from reconciler.sandbox.quirks import VALUES
from tests.support.estate import Estate
from tests.support.rich import FAILED, FRESH, OLD, RUNNING, link, mirror, source, topic, world
from tests.support.wishes import MIRROR_WISHES, Wish

CANCELLED = FAILED | {"status": "cancelled"}
PASTS = [*[()] * 5, *[(OLD,)] * 4, (FRESH,), (FAILED,), (CANCELLED,), (RUNNING,)]
NAPS = [0.0, 3.0, 6.0, 40.0, 200.0, 400.0, 3700.0]
FREEZES = [0.0, 2.0, 20.0, 100.0, 250.0, 1000.0]
EFFECTS = ["drop_before", "drop_after", "delay", "status", "html", "partial", "truncate"]
STATUSES = [401, 403, 404, 408, 409, 422, 429, 500, 503]
SHOWING = ["run_times", "lineage", "history_depth", "publish_lag", "pending_listed", "nulls"]
PATHS = [
    "/sources/snapshot",
    "/topics/bulk",
    "/sources/(stop|cancel)",
    "mirrors:",
    "/dashboard",
    "/topics/details",
    "/sources",
    "/links",
    "/auth",
    "",
]


def wish_of(chance: Random, since: timedelta = timedelta()) -> Wish:
    """Some wish for a topic."""
    state = chance.choices(["completed", "idle", ""], [8, 3, 1])[0]
    return Wish(
        state,
        Wish().since + since,
        max_age=chance.choices([0, 100], [6, 1])[0],
        retries=chance.choices([0, 1, 3], [3, 1, 1])[0],
        restart=chance.random() < 0.3,
        wide=chance.random() < 0.5,
        blocking=chance.random() < 0.15,
        filter=chance.choices(["", "n > 1"], [2, 1])[0],
    )


def estate_of(chance: Random) -> Estate:
    """Some world with specs for it."""
    parts, wishes, pauses = [], {}, {}
    for number in range(chance.randint(1, 3)):
        topics = []
        for name in "abc"[: chance.randint(1, 3)]:
            rows = chance.choice([20, 100, 100, 3000])
            past = chance.choice(PASTS)
            topics.append(topic(name, *past, rows=rows, keyed=chance.random() < 0.85))
            wishes[f"s{number}/{name}"] = wish_of(chance)
        parts.append(source(f"s{number}", *topics))
    if chance.random() < 0.4:
        names = "mno"[: chance.randint(1, 3)]
        parts.append(link("l", *(mirror(n, chance.choice(["ACTIVE", "PAUSED"])) for n in names)))
        pauses = {f"l/{n}": chance.choice([*MIRROR_WISHES, ""]) for n in names}
    limits = {
        "sourcesPerCall": chance.choice([50, 2, 1]),
        "snapshots": chance.choice([0, 0, 0, 1, 2]),
    }
    return Estate(world(*parts), wishes, pauses, chance.choice(["5s", "5s", "60s"]), limits)


def quirks_of(chance: Random) -> dict[str, str]:
    """Some odd ways of a vendor; none in four stories of ten."""
    count = chance.choices([0, 1, 2, 4, 8], [4, 3, 2, 2, 1])[0]
    names = set(chance.sample(sorted(VALUES), count))
    # A vendor that refuses a second run hides what we would do wrong, and so does one that shows all.
    names |= {"conflict_on"} if chance.random() < 0.5 else set()
    names |= {"publish_lag"} if chance.random() < 0.2 else set()
    return {name: chance.choice(VALUES[name][1:]) for name in sorted(names)}


def fault_of(chance: Random) -> dict[str, object]:
    """Some way in which requests fare badly."""
    effect = chance.choice(EFFECTS)
    fault: dict[str, object] = {
        "effect": effect,
        "path": chance.choice(PATHS),
        "times": chance.choice([1, 1, 2, 6]),
        "skip": chance.choice([0, 0, 1, 2, 3]),
    }
    if chance.random() < 0.5:
        fault["method"] = "POST"
    if effect in ("status", "html"):
        fault["status"] = chance.choice(STATUSES)
    return fault

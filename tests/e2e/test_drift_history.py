"""When drift began and when it was over, as somebody asks for it afterwards."""

from tests.e2e.person import Person

KEPT = ("--ledger", "kept.db")
ADDRESS = "ClusterLink/east-to-west/orders.created"
MORNING, NOON, NIGHT = (
    ("--now", f"2025-06-01T{hour}:00:00Z") for hour in ("08", "12", "22")
)  # fmt: skip


def _apply(person: Person, *now: str) -> None:
    """Everything as wanted, once and for all looks after it."""
    ran = person.run("apply", "--select", "ClusterLink/*", *KEPT, *now, "--auto-approve")

    assert ran.code == 0


def _resume_by_hand(person: Person) -> None:
    world = person.run("sandbox", "world").out
    moved = world.replace("status: PAUSED", "status: ACTIVE")
    assert moved != world
    person.write("moved.yaml", moved)
    person.run("sandbox", "reset", "moved.yaml")


def _told(person: Person, *words: str) -> list[tuple[object, object, object]]:
    document = person.run("history", ADDRESS, *KEPT, "--format", "json", *words).json
    entries = document["entries"]
    assert isinstance(entries, list)
    return [(one["at"], one["word"], one["message"]) for one in entries if one["kind"] == "drift"]


def test_history_tells_when_drift_began_and_when_it_was_over(person: Person) -> None:
    _apply(person)
    calm = person.run("drift", *KEPT, *MORNING, "--record")
    _resume_by_hand(person)
    person.run("drift", *KEPT, *NOON, "--record")
    person.run("drift", *KEPT, *NIGHT, "--record")
    drifted = _told(person)
    _apply(person)
    healed = person.run("drift", *KEPT, "--now", "2025-06-02T06:00:00Z", "--record")
    text = person.run("history", ADDRESS, *KEPT).out

    reason = "it is mirroring, and should be paused until 2099-01-01T00:00:00Z (CHG-1234)"
    began = ("2025-06-01T12:00:00Z", "found", f"ACTIVE, wanted PAUSED; {reason}")
    assert ADDRESS not in calm.out
    assert drifted == [began]
    assert ADDRESS not in healed.out
    assert _told(person) == [("2025-06-02T06:00:00Z", "over", None), began]
    assert f"2025-06-02T06:00:00Z  -     {ADDRESS}  drift is over" in text
    assert f"2025-06-01T12:00:00Z  -     {ADDRESS}  drift found: ACTIVE, wanted PAUSED" in text


def test_without_the_word_drift_writes_nothing_down(person: Person) -> None:
    _apply(person)
    _resume_by_hand(person)
    person.run("drift", *KEPT)

    assert _told(person) == []


def test_a_monitor_makes_no_ledger(person: Person) -> None:
    """One that it made would seem to know that nothing was ever started."""
    ran = person.run("drift", *KEPT, "--record")

    assert (ran.code, ran.out) == (2, "")
    assert "the first `reconciler apply` makes it" in ran.err
    assert not (person.folder / "kept.db").exists()


def test_what_is_hidden_is_not_over(person: Person) -> None:
    ran = person.run("drift", *KEPT, "--record", "--select", "ClusterLink/*")

    assert ran.code == 2
    assert "--record takes no --select, --label and --files-from" in ran.err

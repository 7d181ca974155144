"""A hundred mirrors, and somebody who changes them all at once."""

from tests.e2e.person import Person, Ran

SIZES = ("--links", "1", "--mirrors", "100")
MANY = "80 of 100 managed mirror topics would change (80 %), more than 50 %"
KEPT = ("--ledger", "kept.db")
"""A ledger that does not go with the world when that is put in another's place."""


def _pause_everything(person: Person) -> None:
    (file,) = (person.folder / "big" / "links").iterdir()
    name = file.relative_to(person.folder).as_posix()
    person.change(name, "state: active", "state: paused\n      until: 2099-01-01T00:00:00Z")


def _writes(person: Person) -> list[str]:
    posts = [str(r["path"]) for r in person.requests() if r["method"] == "POST"]
    return [path.rpartition("/")[2] for path in posts]


def _causes(planned: Ran) -> set[tuple[object, object]]:
    resources = planned.json["resources"]
    assert isinstance(resources, list)
    return {(one["verdict"], one["cause"]) for one in resources if one["cause"]}


def _warning(planned: Ran) -> str:
    warnings = planned.json["warnings"]
    assert isinstance(warnings, list)
    return " ".join(text for text in warnings if "managed mirror topics" in text)


def test_a_hundred_mirrors_need_a_person_or_an_option(person: Person) -> None:
    """Nothing was applied yet, so nothing tells why so many differ."""
    person.run("sandbox", "world", *SIZES, "--specs", "big")
    _pause_everything(person)
    planned = person.run("plan", "big", "--out", "plan.json", "--format", "json")
    held = person.run("apply", "big", "--auto-approve", "--format", "json")
    between = _writes(person)
    applied = person.run("apply", "big", "--plan", "plan.json", "--auto-approve")

    assert (planned.code, held.code, applied.code) == (0, 9, 0)
    assert _causes(planned) == {("change", "differs")}
    assert _warning(planned) == (
        "75 of 100 managed mirror topics would change (75 %), more than 50 %; apply --auto-approve "
        "without a plan file would hold that back, unless it is told --max-percent 75"
    )
    assert (held.json["outcome"], held.json["items"], between) == ("blocked", [], [])
    assert _writes(person) == ["mirrors:pause"]


def test_what_an_edit_asks_for_goes_with_a_warning(person: Person) -> None:
    person.run("sandbox", "world", *SIZES, "--specs", "big")
    first = person.run("apply", "big", "--auto-approve")
    _pause_everything(person)
    planned = person.run("plan", "big", "--format", "json")
    applied = person.run("apply", "big", "--auto-approve")

    assert (first.code, planned.code, applied.code) == (0, 0, 0)
    assert _causes(planned) == {("change", "pending")}
    assert _warning(planned) == (
        f"{MANY}; not held back, since an edit of the specs asks for 80 of them"
    )
    assert _writes(person) == ["mirrors:resume", "mirrors:pause"]


def test_what_drifted_is_held_back_until_an_option_lets_it_through(person: Person) -> None:
    """Somebody paused everything by hand; a plan file does not carry that, and no yes either."""
    person.run("sandbox", "world", *SIZES, "--specs", "big")
    first = person.run("apply", "big", *KEPT, "--auto-approve")
    world = person.run("sandbox", "world").out
    person.write("moved.yaml", world.replace("status: ACTIVE", "status: PAUSED"))
    person.run("sandbox", "reset", "moved.yaml")
    planned = person.run("plan", "big", *KEPT, "--format", "json")
    held = person.run("apply", "big", *KEPT, "--auto-approve")
    between = _writes(person)
    healed = person.run("apply", "big", *KEPT, "--auto-approve", "--max-percent", "80")

    assert (first.code, held.code, healed.code) == (0, 9, 0)
    assert (_causes(planned), planned.json["steps"]) == ({("blocked", "drift")}, [])
    assert f"held back: {MANY}" in " ".join(held.out.split())
    assert between == []
    assert _writes(person) == ["mirrors:resume"]


def test_specs_that_lose_all_but_one_document_change_nothing_else(person: Person) -> None:
    person.run("sandbox", "world", "--links", "3", "--mirrors", "100", "--specs", "big")
    first = person.run("apply", "big", "--auto-approve")
    before = _writes(person)
    (file,) = (person.folder / "big" / "links").iterdir()
    kept, _, _ = file.read_text(encoding="utf-8").partition("---\n")
    file.write_text(kept, encoding="utf-8")
    ran = person.run("apply", "big", "--auto-approve", "--format", "json")

    assert (first.code, ran.code, ran.json["items"]) == (0, 0, [])
    assert _writes(person) == before


def test_an_empty_folder_changes_nothing(person: Person) -> None:
    (person.folder / "none").mkdir()
    ran = person.run("apply", "none", "--auto-approve")

    assert (ran.code, ran.out, person.requests()) == (2, "", [])
    assert "none" in ran.err

"""A hundred mirrors, and somebody who changes them all at once."""

from tests.e2e.person import Person

SIZES = ("--links", "1", "--mirrors", "100")
MANY = "80 of 100 managed mirror topics would change (80 %), more than 50 %"


def _pause_everything(person: Person) -> None:
    (file,) = (person.folder / "big" / "links").iterdir()
    name = file.relative_to(person.folder).as_posix()
    person.change(name, "state: active", "state: paused\n      until: 2099-01-01T00:00:00Z")


def _writes(person: Person) -> list[str]:
    posts = [str(r["path"]) for r in person.requests() if r["method"] == "POST"]
    return [path.rpartition("/")[2] for path in posts]


def test_a_hundred_mirrors_need_a_person_or_an_option(person: Person) -> None:
    """The rule of all of them is turned round: shown by plan, held back where nobody looks."""
    person.run("sandbox", "world", *SIZES, "--specs", "big")
    healed = person.run("apply", "big", "--auto-approve")
    _pause_everything(person)
    planned = person.run("plan", "big", "--out", "plan.json", "--format", "json")
    held = person.run("apply", "big", "--auto-approve", "--format", "json")
    between = _writes(person)
    applied = person.run("apply", "big", "--plan", "plan.json", "--auto-approve")

    warnings = planned.json["warnings"]
    assert isinstance(warnings, list)
    assert (healed.code, planned.code, held.code, applied.code) == (0, 0, 9, 0)
    assert warnings[0].startswith(MANY)
    assert (held.json["outcome"], held.json["items"]) == ("blocked", [])
    assert between == ["mirrors:resume"]
    assert _writes(person) == ["mirrors:resume", "mirrors:pause"]


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

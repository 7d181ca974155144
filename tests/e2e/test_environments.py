"""Two environments of the same specs, on the embedded sandbox."""

import json

import pytest

from tests.e2e.person import NOW, Person

PROD = """\
values:
  PAUSED: "orders.*"
  UNTIL: 2099-01-01T00:00:00Z
"""
STAGING = """\
values:
  PAUSED: payments.captured
  UNTIL: 2098-01-01T00:00:00Z
overlays:
  Source/orders-postgres:
    spec:
      snapshots: [{topics: ["*"], state: unmanaged}]
  Source/customers-mysql:
    spec: {suspend: {until: 2099-01-01T00:00:00Z}}
"""
LINK = ("--select", "ClusterLink/east-to-west")


@pytest.fixture
def two(person: Person) -> Person:
    """Somebody with two environments, of which one pauses other topics than the other."""
    person.change("specs/mirrors.yaml", '["orders.*"]', '["${PAUSED}"]')
    person.change("specs/mirrors.yaml", "until: 2099-01-01T00:00:00Z", "until: ${UNTIL}")
    person.write("values/prod.yaml", PROD)
    person.write("values/staging.yaml", STAGING)
    return person


def _steps(text: str) -> list[object]:
    return [step["change"] for step in json.loads(text)["steps"]]


def _approval(person: Person) -> str:
    held = json.loads((person.folder / "plan.json").read_text(encoding="utf-8"))
    return str(held["approval"])


def test_each_environment_is_planned_as_it_is_wanted_there(two: Person) -> None:
    prod = two.run("plan", *NOW, "--env", "prod", "--format", "json")
    staging = two.run("plan", *NOW, "--env", "staging", "--format", "json")

    plain = two.folder / "plain"
    plain.mkdir()
    for name in ("connections", "customers", "inventory", "orders", "mirrors"):
        text = (two.folder / f"specs/{name}.yaml").read_text(encoding="utf-8")
        filled = text.replace("${PAUSED}", "orders.*").replace("${UNTIL}", "2099-01-01T00:00:00Z")
        (plain / f"{name}.yaml").write_text(filled, encoding="utf-8")
    written = two.run("plan", "plain", *NOW, "--format", "json")
    assert (prod.code, staging.code) == (0, 0)
    assert prod.json["approval"] == written.json["approval"]
    assert prod.json["environment"] == "prod"
    assert _steps(prod.out) == _steps(written.out)
    assert _steps(staging.out) != _steps(prod.out)
    assert "payments.captured" not in json.dumps(_steps(staging.out))


def test_a_plan_is_saved_and_applied_in_its_environment_only(two: Person) -> None:
    planned = two.run("plan", *NOW, *LINK, "--env", "prod", "--out", "plan.json")
    apply = ("apply", "--plan", "plan.json", *NOW, "--auto-approve")
    other = two.run(*apply, "--env", "staging")
    sent = [r for r in two.requests() if ":pause" in str(r["path"])]
    applied = two.run(*apply, "--env", "prod", "--expect-approval", _approval(two))

    assert "reconciler apply --plan plan.json --env prod" in planned.out
    assert (other.code, sent) == (2, [])
    assert "it was made for the environment prod, and these specs are read for staging" in other.err
    assert applied.code == 0, applied
    assert "Environment: prod" in applied.out
    later = two.run("status", *LINK, *NOW, "--env", "prod", "--format", "json")
    assert later.json["environment"] == "prod"
    drifted = two.run("drift", *LINK, *NOW, "--env", "prod")
    assert drifted.code == 0, drifted


def test_values_that_changed_since_the_plan_make_it_stale(two: Person) -> None:
    two.run("plan", *NOW, *LINK, "--env", "prod", "--out", "plan.json")
    two.change("values/prod.yaml", "2099-01-01", "2097-01-01")
    ran = two.run("apply", "--plan", "plan.json", *NOW, "--auto-approve", "--env", "prod")

    assert ran.code == 2
    assert "ClusterLink/east-to-west has changed since the plan" in ran.err


def test_what_a_branch_changes_is_planned(two: Person) -> None:
    changed = "printf 'values/prod.yaml\\nREADME.md\\n' |"
    words = " ".join(NOW)
    ran = two.shell(f"{changed} reconciler plan {words} --env prod --files-from -")
    nothing = two.shell(f"{changed} reconciler plan {words} --env staging --files-from -")

    assert ran.code == 0, ran
    assert ran.out.startswith("Environment: prod\n\nPartial: a selection leaves out a part")
    assert "ClusterLink/east-to-west" in ran.out
    assert "Source/" not in ran.out
    assert "reconciler apply --files-from - --env prod" in ran.out
    assert (nothing.code, nothing.err) == (
        0,
        "No document is in the listed files; nothing is acted on.\n",
    )


def test_all_errors_of_specs_and_values_come_at_once(two: Person) -> None:
    two.change("values/prod.yaml", "UNTIL: 2099-01-01T00:00:00Z", "UNTLI: tomorrow")
    two.change("specs/orders.yaml", "maxAge: 7d", "maxAge: 7 days")
    two.write("values/prod.yaml", f"{PROD.replace('UNTIL', 'UNTLI')}overlays: {{Source/x: {{}}}}\n")
    ran = two.run("validate", "--env", "prod")

    places = [line.split(": ")[0] for line in ran.err.splitlines() if ".yaml:" in line]
    assert ran.code == 2
    assert [place.rpartition(":")[0] for place in places] == [
        "specs/mirrors.yaml:20",
        "specs/orders.yaml:19",
        "values/prod.yaml:4",
    ]
    assert "did you mean `${UNTLI}`?" in ran.err

"""Policies that speak of time, as a person at a shell meets them."""

from tests.e2e.person import Person, Ran

NOON, NIGHT = ("--now", "2025-06-01T12:00:00Z"), ("--now", "2025-06-01T23:00:00Z")
LINK = ("--select", "ClusterLink/east-to-west")
WINDOWS = "windows: {allow: [{schedule: '0 22 * * *', duration: 6h, reason: CHG-9}]}"
SHUT = (
    "Policy/p allows changes only for 6h from `0 22 * * *` (UTC: CHG-9); the next opening is "
    "2025-06-01T22:00:00Z"
)


def _policy(person: Person, spec: str) -> None:
    head = "apiVersion: reconciler.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\n"
    person.write("specs/policy.yaml", f"{head}spec:\n  {spec}\n")


def _verdicts(planned: Ran) -> set[object]:
    resources = planned.json["resources"]
    assert isinstance(resources, list)
    return {one["verdict"] for one in resources}


def _warnings(ran: Ran) -> str:
    warnings = ran.json["warnings"]
    assert isinstance(warnings, list)
    return "\n".join(warnings)


def _writes(person: Person) -> list[str]:
    return [
        str(r["path"]).rpartition("/")[2] for r in person.requests() if "mirrors:" in str(r["path"])
    ]


def test_changes_wait_for_their_window_and_go_inside_it(person: Person) -> None:
    _policy(person, WINDOWS)
    planned = person.run("plan", *NOON, "--detailed-exitcode", "--format", "json")
    outside = person.run("apply", *NOON, *LINK, "--auto-approve")
    before = _writes(person)
    inside = person.run("apply", *NIGHT, *LINK, "--auto-approve")

    assert (planned.code, outside.code, inside.code) == (0, 0, 0)
    assert _verdicts(planned) <= {"deferred", "in_sync", "unmanaged"}
    assert SHUT in " ".join(outside.out.split())
    assert before == []
    assert sorted(_writes(person)) == ["mirrors:pause", "mirrors:resume"]


def test_who_breaks_the_glass_is_remembered_with_the_reason(person: Person) -> None:
    _policy(person, WINDOWS)
    planned = person.run("plan", *NOON, *LINK, "--break-glass", "INC-1 lag")
    applied = person.run(
        "apply", *NOON, *LINK, "--break-glass", "INC-1 lag", "--auto-approve", "--format", "json"
    )
    history = person.run("history")

    assert (planned.code, applied.code) == (0, 0)
    assert f"--break-glass (INC-1 lag) lets 4 topics change, although {SHUT}" in " ".join(
        planned.out.split()
    )
    assert "--break-glass 'INC-1 lag'" in planned.out.splitlines()[-1]
    assert f"s1 was sent with --break-glass (INC-1 lag), although {SHUT}" in _warnings(applied)
    assert "broke the glass, its windows were closed (INC-1 lag)" in history.out


def test_a_glass_is_not_broken_without_a_reason(person: Person) -> None:
    ran = person.run("apply", "--break-glass", " ", "--auto-approve")

    assert (ran.code, ran.out) == (2, "")
    assert "say why" in ran.err


def test_a_saved_plan_whose_window_has_closed_is_stale(person: Person) -> None:
    _policy(person, WINDOWS)
    saved = person.run("plan", *NIGHT, *LINK, "--out", "plan.json")
    late = ("--now", "2025-06-02T12:00:00Z")
    refused = person.run("apply", *late, "--plan", "plan.json", "--auto-approve")
    before = _writes(person)
    word = ("--break-glass", "INC-1")
    applied = person.run("apply", *late, *word, "--plan", "plan.json", "--auto-approve")

    assert (saved.code, refused.code, applied.code) == (0, 8, 0)
    assert "its window has closed" in refused.out
    assert "not after 2025-06-02T04:00:00Z" in saved.out
    assert before == []
    assert len(_writes(person)) == 2


def test_drift_outside_a_window_is_drift(person: Person) -> None:
    _policy(person, WINDOWS)
    ran = person.run("drift", *NOON, *LINK, "--format", "json")

    assert ran.code == 4


def test_known_drift_is_told_apart_until_it_ends(person: Person) -> None:
    _policy(
        person,
        "acknowledge: [{addresses: ['*/*'], until: 2025-06-01T12:30:00Z, reason: INC-7}]".replace(
            "'*/*'", "ClusterLink/*, Source/*"
        ),
    )
    known = person.run("drift", *NOON, "--format", "json")
    shown = person.run("drift", *NOON)
    after = person.run("drift", *NIGHT, "--format", "json")
    planned = person.run("plan", *NOON, "--format", "json")

    assert (known.code, known.json["summary"]["drifted"]) == (0, 0)  # type: ignore[index]
    assert known.json["summary"]["acknowledged"] == 10  # type: ignore[index]
    assert "Known, and not counted:" in shown.out
    assert "known until 2025-06-01T12:30:00Z (INC-7, Policy/p)" in shown.out
    assert after.code == 4
    assert "(INC-7) ended 2025-06-01T12:30:00Z" in _warnings(after)
    assert "change" in _verdicts(planned)


def test_a_mirror_that_is_paused_for_too_long_is_drift(person: Person) -> None:
    person.run("apply", *NOON, *LINK, "--auto-approve")
    _policy(person, "maxPause: 14d")
    soon = person.run("drift", *LINK, "--now", "2025-06-02T00:00:00Z", "--format", "json")
    late = person.run("drift", *LINK, "--now", "2090-06-30T00:00:00Z", "--format", "json")

    assert (soon.code, late.code) == (0, 4)
    assert "3 mirror topics paused for longer than 14d (maxPause of Policy/p)" in _warnings(late)

"""What is held back, what is only shown, and what is left of a judgement."""

import pytest

from reconciler.core.brakes import brake
from reconciler.core.judge import Judgement, Knowledge
from reconciler.core.thresholds import Brakes
from reconciler.model.desired import Desired
from reconciler.model.verdict import Cause, Verdict
from reconciler.records import replace
from tests.support.specs import (
    INCREMENTAL,
    OLD,
    by_id,
    by_name,
    completed,
    confirmed,
    desired,
    idle,
    judged,
    know,
    link,
    link_document,
    mirror,
    mirroring,
    observed,
    policy,
    run,
    since,
    source,
    source_document,
    told,
    topic,
)

DRIFT, DUE, DIFFERS, PENDING = Cause.DRIFT, Cause.DUE, Cause.DIFFERS, Cause.PENDING
PERSON, NOBODY = Brakes(), Brakes(is_unattended=True)
RUNNING = run("running", since(2), type=INCREMENTAL)
HELD = "held back: {} of {} managed {} would change ({} %), more than {}"
LOOK = "look at what moved; if it is right, allow it with "
APPROVE = ", or approve it at the prompt or as a plan file"


def _caused(judgement: Judgement, *causes: Cause) -> Judgement:
    """The same judgement; its changes, in order, have these causes, the last of them repeatedly."""
    changing = [f.address for f in judgement.findings if f.verdict is Verdict.CHANGE]
    left = [*causes, *(causes[-1:] * len(changing))]
    why = dict(zip(changing, left, strict=False))

    def caused(finding):
        return replace(finding, cause=why.get(finding.address, finding.cause))

    runs = [
        replace(
            one,
            candidates=tuple(replace(c, finding=caused(c.finding)) for c in one.candidates),
        )
        for one in judgement.runs
    ]
    return replace(judgement, findings=tuple(map(caused, judgement.findings)), runs=tuple(runs))


def _names(count: int) -> list[str]:
    return [f"m{n:03}" for n in range(count)]


def _mirrors(paused: int, total: int) -> Knowledge:
    """So many mirror topics, the first of which are paused."""
    rows = [mirror(m, "PAUSED" if n < paused else "ACTIVE") for n, m in enumerate(_names(total))]
    return know(observed(link(*rows)))


def _braked(specs: Desired, knowledge: Knowledge, brakes: Brakes, *causes: Cause) -> Judgement:
    judgement = _caused(judged(specs, knowledge), *causes)
    return brake(specs, judgement, knowledge, brakes)


def _held(judgement: Judgement) -> list[str]:
    return [f.address.topic for f in judgement.findings if f.verdict is Verdict.BLOCKED]


ALL = desired(link_document("l", mirroring("*")))


# --- which causes are held back


@pytest.mark.parametrize(
    ("cause", "brakes", "is_held"),
    [
        (DRIFT, PERSON, True),
        (DRIFT, NOBODY, True),
        (DUE, PERSON, True),
        (DUE, NOBODY, True),
        (DIFFERS, PERSON, False),
        (DIFFERS, NOBODY, True),
        (PENDING, PERSON, False),
        (PENDING, NOBODY, False),
    ],
)
def test_what_no_edit_and_no_person_asked_for_is_held_back(cause, brakes, is_held):
    left = _braked(ALL, _mirrors(60, 100), brakes, cause)

    assert _held(left) == (_names(60) if is_held else [])
    assert (left.warnings == ()) is is_held


@pytest.mark.parametrize("brakes", [PERSON, NOBODY])
@pytest.mark.parametrize("cause", Cause)
def test_what_passes_no_limit_goes_unseen(cause, brakes):
    knowledge = _mirrors(50, 100)
    judgement = _caused(judged(ALL, knowledge), cause)

    assert brake(ALL, judgement, knowledge, brakes) == judgement


def test_a_finding_that_is_held_back_says_how_much_would_change_and_what_lifts_it():
    found = _braked(ALL, _mirrors(60, 100), PERSON, DRIFT).findings[0]
    free = _caused(judged(ALL, _mirrors(60, 100)), DRIFT).findings[0]

    assert found == replace(
        free,
        verdict=Verdict.BLOCKED,
        reason=HELD.format(60, 100, "mirror topics", 60, "50 %"),
        advice=f"{LOOK}--max-percent 60",
    )


def test_what_may_be_approved_says_so():
    found = _braked(ALL, _mirrors(60, 100), NOBODY, DIFFERS).findings[0]

    assert found.advice == f"{LOOK}--max-percent 60{APPROVE}"


def test_causes_are_counted_together_only_where_both_are_held_back():
    """40 drifted and 40 differ: each alone is no half, and both are where nobody approves."""
    causes = [DRIFT] * 40 + [DIFFERS]

    person = _braked(ALL, _mirrors(80, 100), PERSON, *causes)
    nobody = _braked(ALL, _mirrors(80, 100), NOBODY, *causes)

    assert (len(_held(person)), len(_held(nobody))) == (0, 80)


def test_an_edit_does_not_hold_back_what_drifted_beside_it():
    left = _braked(ALL, _mirrors(80, 100), NOBODY, *([DRIFT] * 20), PENDING)

    assert _held(left) == []
    told_of = "80 of 100 managed mirror topics would change (80 %), more than 50 %; "
    assert left.warnings == (
        f"{told_of}not held back, since an edit of the specs asks for 60 of them",
    )


def test_what_an_edit_asks_for_goes_beside_what_is_held_back():
    left = _braked(ALL, _mirrors(80, 100), NOBODY, *([DRIFT] * 60), PENDING)

    assert _held(left) == _names(60)


def test_a_person_is_told_what_would_be_held_back_without_one():
    left = _braked(ALL, _mirrors(60, 100), PERSON, DIFFERS)

    told_of = "60 of 100 managed mirror topics would change (60 %), more than 50 %; "
    would = "apply --auto-approve without a plan file would hold that back"
    assert left.warnings == (f"{told_of}{would}, unless it is told --max-percent 60",)


# --- options and policies

TEAM = (("team", "payments"),)


@pytest.mark.parametrize(
    ("given", "held"),
    [
        (Brakes(max_percent=59), 60),
        (Brakes(max_percent=60), 0),
        (Brakes(max_percent=100), 0),
        (Brakes(max_percent=0), 60),
        (Brakes(max_percent=100, max_changes=59), 60),
        (Brakes(max_percent=100, max_changes=60), 0),
        (Brakes(max_percent=100, max_changes=0), 60),
        (Brakes(max_changes=60), 60),
    ],
)
def test_an_option_says_how_much_may_go(given, held):
    assert len(_held(_braked(ALL, _mirrors(60, 100), given, DRIFT))) == held


def test_every_limit_that_is_passed_is_told_once_with_what_lifts_it():
    specs = desired(
        link_document("l", mirroring("*"), labels=TEAM),
        policy("all", max_changes=20, reason="INC-1"),
        policy("team", TEAM, max_percent=30),
    )
    found = _braked(specs, _mirrors(60, 100), NOBODY, DRIFT).findings[0]

    bounds = "20 (Policy/all: INC-1) and more than 30 % (Policy/team)"
    assert found.reason == HELD.format(60, 100, "mirror topics", 60, bounds)
    assert found.advice == (
        f"{LOOK}--max-percent 60 --max-changes 60, or with a higher maxChanges of Policy/all at "
        "specs/a.yaml:1 and maxPercent of Policy/team at specs/a.yaml:1"
    )


def _two_links(*policies) -> tuple[Desired, Knowledge]:
    """Two documents of one link with ten topics each; all of the first and one of the second move."""
    one = [f"one{n}" for n in range(10)]
    two = [f"two{n}" for n in range(10)]
    rows = [mirror(m, "PAUSED") for m in [*one, two[0]]] + [mirror(m, "ACTIVE") for m in two[1:]]
    specs = desired(
        link_document("one", mirroring("one*"), labels=TEAM),
        link_document("two", mirroring("two*")),
        *policies,
    )
    return specs, know(observed(link(*rows)))


def test_a_policy_holds_back_in_its_own_documents_only():
    specs, knowledge = _two_links(policy("team", TEAM, max_changes=2))

    left = _braked(specs, knowledge, Brakes(max_percent=100), DRIFT)

    assert _held(left) == [f"one{n}" for n in range(10)]


def test_of_two_policies_the_stricter_wins():
    strict, loose = policy("a", max_percent=20), policy("b", TEAM, max_percent=100)
    specs, knowledge = _two_links(strict, loose)
    found = _braked(specs, knowledge, NOBODY, DRIFT)

    assert len(_held(found)) == 11
    assert found.findings[0].reason == HELD.format(11, 20, "mirror topics", 55, "20 % (Policy/a)")


def test_the_default_speaks_of_what_no_policy_speaks_of():
    """Eleven of twenty are more than half; of ten that are left, the default lets all go."""
    specs, knowledge = _two_links(policy("team", TEAM, max_percent=100))

    assert _held(_braked(specs, knowledge, NOBODY, DRIFT)) == []
    assert len(_held(_braked(*_two_links(), NOBODY, DRIFT))) == 11


def test_limits_with_different_counts_are_told_apart():
    specs, knowledge = _two_links(policy("all", max_changes=1), policy("team", TEAM, max_changes=2))
    found = _braked(specs, knowledge, NOBODY, DRIFT).findings[0]

    assert found.reason == (
        "held back: 11 of 20 managed mirror topics would change (55 %), more than 1 (Policy/all) and "
        "more than 50 %; 10 of 10 managed mirror topics would change (100 %), more than 2 "
        "(Policy/team)"
    )


def test_what_the_advice_names_lets_everything_through():
    """An option counts over all documents, and both kinds have to pass it."""
    specs = desired(
        link_document("l", mirroring("*")),
        source_document("a", completed("*")),
        policy("one", max_changes=1, max_percent=1),
    )
    seen = source("a", *(topic(f"t{n}", run("completed", OLD)) for n in range(4)))
    knowledge = replace(
        _mirrors(60, 100), observed={**_mirrors(60, 100).observed, "sk": observed(by_name(seen))}
    )
    held = _braked(specs, knowledge, NOBODY, DRIFT)
    lifted = _braked(specs, knowledge, Brakes(60, 100, is_unattended=True), DRIFT)

    assert {f.advice.split(",")[1] for f in held.findings if f.verdict is Verdict.BLOCKED} == {
        " allow it with --max-percent 100 --max-changes 60"
    }
    assert _held(lifted) == []


# --- kinds, starts and stops


def _sources(count: int, *, documents: int = 1) -> tuple[Desired, Knowledge]:
    """Sources with so many topics each, all snapshotted long ago."""
    names = [f"s{n}" for n in range(documents)]
    found = [
        source(n, *(topic(f"t{i}", run("completed", OLD)) for i in range(count))) for n in names
    ]
    specs = desired(*(source_document(n, completed("*")) for n in names))
    return specs, know(observed(*map(by_name, found)))


def test_kinds_are_counted_apart():
    specs, knowledge = _sources(12)
    both = replace(knowledge, observed={**knowledge.observed, **_mirrors(1, 100).observed})
    specs = replace(specs, links=ALL.links)

    left = _braked(specs, both, NOBODY, DRIFT)

    assert [f.verdict for f in left.findings if f.address.kind == "Source"] == ["blocked"] * 12
    assert told(left)["ClusterLink/l/m000"] == "change"


def test_starts_that_are_held_back_do_not_run():
    left = _braked(*_sources(12), NOBODY, DUE)

    assert left.runs == ()
    assert left.findings[0].reason == HELD.format(12, 12, "source topics", 100, "50 %")


def test_a_start_keeps_the_topics_that_are_not_held_back():
    left = _braked(*_sources(12), NOBODY, *([DUE] * 7), PENDING)

    going = [c.topic for one in left.runs for c in one.candidates]
    assert going == ["t5", "t6", "t7", "t8", "t9"]
    assert {c.finding.verdict for one in left.runs for c in one.candidates} == {Verdict.CHANGE}


def test_a_start_of_which_nothing_is_held_back_is_the_same():
    specs, knowledge = _sources(6, documents=3)
    judgement = _caused(judged(specs, knowledge), *([DUE] * 12), PENDING)

    left = brake(specs, judgement, knowledge, NOBODY)

    assert left.runs == judgement.runs[2:]


def test_what_waits_behind_a_gate_is_not_counted_and_goes_not_in_its_place():
    """Five sources may run at once: five of six topics want a start in this plan."""
    specs, knowledge = _sources(2, documents=6)

    left = _braked(specs, knowledge, NOBODY, DUE)

    words = list(told(left).values())
    assert (words.count("blocked"), words.count("deferred"), left.runs) == (10, 2, ())
    assert left.findings[0].reason == HELD.format(10, 12, "source topics", 84, "50 %")


def _stopping(count: int, *more) -> tuple[Desired, Knowledge]:
    seen = source("a", *(topic(f"t{n:02}", RUNNING) for n in range(count)))
    specs = desired(source_document("a", idle("t*")), *more)
    return specs, know(observed(by_name(seen)))


def test_a_stop_that_is_held_back_is_not_made():
    left = _braked(*_stopping(12), NOBODY, DRIFT)

    assert (len(_held(left)), left.stops) == (12, ())


def test_the_stops_of_one_source_go_together_or_not_at_all():
    """An edit asks for one of twelve; the stop it wants would make the other eleven as well."""
    specs, knowledge = _stopping(12)
    left = _braked(specs, knowledge, NOBODY, PENDING, DRIFT)
    tied, other = left.findings[:2]

    assert (len(_held(left)), left.stops) == (12, ())
    assert tied.reason == (
        "held back: a stop would also end t01, t02, t03 and 8 more, of which the stop is held back"
    )
    assert tied.advice == other.advice == f"{LOOK}--max-percent 92"


def test_a_stop_on_another_source_is_made():
    more = source("b", topic("x", RUNNING))
    specs, knowledge = _stopping(12, source_document("b", idle("x"), source_id=more.id, source=""))
    answer = knowledge.observed["sk"]
    both = know(replace(answer, sources=(*answer.sources, by_id(more))))

    left = _braked(specs, both, NOBODY, *([DRIFT] * 12), PENDING)

    assert [stop.source_id for stop in left.stops] == [more.id]
    assert told(left)["Source/b/x"] == "change"


def test_a_first_run_is_held_back_like_any_other():
    seen = source("a", *(topic(f"t{n}") for n in range(12)))
    specs = desired(source_document("a", completed("*")))
    knowledge = know(observed(by_name(seen)), witnesses=confirmed(seen.id))

    assert _braked(specs, knowledge, NOBODY, DIFFERS).runs == ()


# --- nothing declared any more is not a mass action


def test_documents_that_are_gone_are_neither_changed_nor_counted():
    """One of two documents is deleted: its topics are unmanaged, whatever state they are in."""
    specs, knowledge = _two_links()
    rest = replace(specs, links=specs.links[1:])

    left = _braked(rest, knowledge, NOBODY, DRIFT)

    assert {f.address.name for f in left.findings} == {"two"}
    assert left.unmanaged == 10

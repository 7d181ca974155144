"""What we did and no spec speaks of any more."""

import pytest

from reconciler.core.left_behind import Seen, find_left_behind, shown
from reconciler.core.select import EVERYTHING, Selection, parse_selector
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.journal import IntentRecord, WordKind
from reconciler.model.left_behind import LeftBehind, Remains
from reconciler.model.observed import LinkTarget, LinkView, ObservedLink, Run
from reconciler.model.outcome import Reply
from reconciler.records import replace
from tests.support.hindsights import SCOPES, applied, deed, hindsight, specs
from tests.support.ledgers import (
    CI,
    EAST,
    LINK_SCOPE,
    ORDERS,
    SCOPE,
    after,
    answer,
    intent,
    item,
    known,
    sighting,
    word,
)
from tests.support.specs import (
    CLUSTER,
    LINK,
    MISSING,
    UNREADABLE,
    by_name,
    completed,
    desired,
    idle,
    left_alone,
    link,
    link_document,
    mirror,
    mirroring,
    not_seen,
    observed,
    paused,
    run,
    source,
    source_document,
    topic,
    unmanaged,
    unread,
)

NOTHING, NOBODY = Seen(), desired()
PAUSE, RESUME = Action.PAUSE, Action.RESUME
PAUSED, START = deed("i1", 1, PAUSE), known(intent("i1", 1), answer("i1", 2))
A_PAUSE = LeftBehind(EAST.of("t"), LINK_SCOPE, "t", Remains.PAUSED, after(1), CI)
A_RUN = LeftBehind(ORDERS.of("t"), SCOPE, "t", Remains.RUN, after(1), CI)


def _left(*held, asked=NOBODY, seen=NOTHING, scopes=SCOPES, news=()):
    return find_left_behind(hindsight(asked, *held, scopes=scopes, news=news), seen)


def _level(level: str, at: float):
    return replace(applied(mirroring("t"), level), at=after(at))


@pytest.mark.parametrize(
    "held",
    [
        pytest.param([PAUSED], id="accepted"),
        pytest.param([PAUSED, _level("PAUSED", 2)], id="seen-paused"),
        pytest.param([PAUSED, _level("ACTIVE", 0)], id="seen-active-before"),
        pytest.param([deed("i0", 0, RESUME), PAUSED], id="resumed-before"),
        pytest.param([PAUSED, deed("i2", 2, RESUME, reply=Reply.FAILED)], id="resume-refused"),
        pytest.param([PAUSED, deed("i2", 2, RESUME, reply=Reply.UNKNOWN)], id="resume-in-doubt"),
        pytest.param([deed("i1", 1, PAUSE, reply=None), _level("PAUSED", 1)], id="seen-only"),
        pytest.param([deed("i1", 1, PAUSE, reply=Reply.UNKNOWN), _level("PAUSED", 2)], id="doubt"),
    ],
)
def test_a_pause_of_ours_that_no_spec_names(held):
    assert _left(*held) == (A_PAUSE,)


@pytest.mark.parametrize(
    "held",
    [
        pytest.param([], id="nothing"),
        pytest.param([PAUSED, deed("i2", 2, RESUME)], id="resumed"),
        pytest.param([deed("i2", 2, RESUME), PAUSED], id="resumed-in-any-order"),
        pytest.param([PAUSED, _level("ACTIVE", 1)], id="seen-active-since"),
        pytest.param([deed("i1", 1, PAUSE, reply=Reply.FAILED)], id="refused"),
        pytest.param(
            [deed("i1", 1, PAUSE, reply=Reply.FAILED), _level("PAUSED", 2)], id="refused-and-paused"
        ),
        pytest.param([deed("i1", 1, PAUSE, reply=None)], id="in-doubt"),
        pytest.param([deed("i1", 1, PAUSE, reply=None), _level("PAUSED", 0)], id="paused-before"),
        pytest.param([deed("i1", 1, Action.STOP)], id="a-stop"),
    ],
)
def test_what_is_not_ours_or_is_over_is_not_left_behind(held):
    assert _left(*held) == ()


def test_the_last_pause_tells_since_when():
    assert _left(PAUSED, deed("i2", 2, PAUSE)) == (replace(A_PAUSE, since=after(2)),)


@pytest.mark.parametrize(
    "held",
    [
        pytest.param([START], id="accepted"),
        pytest.param([known(intent("i1", 1))], id="no-answer"),
        pytest.param([known(START.intent, sighting("i1"))], id="seen"),
        pytest.param(
            [known(intent("i0", 0), sighting("i0", run=Run("completed"))), START], id="once-more"
        ),
        pytest.param([deed("i0", 0, Action.STOP), START], id="stopped-before"),
        pytest.param(
            [START, deed("i2", 2, Action.STOP, reply=Reply.FAILED)], id="stop-that-was-refused"
        ),
    ],
)
def test_a_start_of_ours_that_was_not_seen_to_end(held):
    assert _left(*held) == (A_RUN,)


@pytest.mark.parametrize(
    "held",
    [
        pytest.param([known(intent(), answer(reply=Reply.FAILED))], id="refused"),
        pytest.param([known(intent(), sighting(run=Run("completed")))], id="completed"),
        pytest.param([known(intent(), sighting(run=Run("failed")))], id="failed"),
        pytest.param([known(intent()), word(WordKind.DID_NOT)], id="did-not-happen"),
        pytest.param([known(intent()), word(WordKind.HAPPENED)], id="is-past"),
        pytest.param([START, deed("i2", 2, Action.STOP, "u")], id="stopped-with-its-source"),
        pytest.param([known(intent("i1", 1, item(since=None)))], id="no-start-for-a-level"),
    ],
)
def test_a_start_that_came_to_an_end_or_to_nothing(held):
    assert _left(*held) == ()


def test_an_end_that_the_look_of_now_shows_counts():
    assert _left(START, news=(sighting("i1", 9, run=Run("completed")),)) == ()


@pytest.mark.parametrize(
    ("left", "rule", "is_named"),
    [
        (PAUSED, paused("t"), True),
        (PAUSED, mirroring("*"), True),
        (PAUSED, left_alone("t"), False),
        (PAUSED, mirroring("u"), False),
        (PAUSED, completed("t"), False),
        (START, completed("t"), True),
        (START, idle("*"), True),
        (START, unmanaged("*"), False),
        (START, mirroring("*"), False),
    ],
)
def test_a_rule_that_wants_something_of_the_topic_covers_it(left, rule, is_named):
    assert (_left(left, asked=specs(rule)) == ()) == is_named


def test_any_document_of_the_scope_covers_it():
    other = Address(Kind.CLUSTER_LINK, "teams-own")
    asked = desired(link_document("east", paused("u")), link_document("teams-own", paused("t")))

    assert _left(PAUSED, asked=asked, scopes={**SCOPES, other: LINK_SCOPE}) == ()


def test_a_document_of_another_scope_does_not():
    asked, other = specs(paused("t")), {EAST: "confluent/cc.test/lkc-1/other"}

    assert _left(PAUSED, asked=asked, scopes=other) == (A_PAUSE,)


@pytest.mark.parametrize(
    ("document", "is_named"),
    [
        pytest.param(source_document("orders", completed("t"), connection="x"), True, id="same"),
        pytest.param(source_document("new", completed("*")), True, id="behind-its-connection"),
        pytest.param(source_document("new", completed("u")), False, id="another-topic"),
        pytest.param(source_document("new", completed("t"), connection="x"), False, id="elsewhere"),
        pytest.param(link_document("new", paused("t"), connection="sk"), False, id="a-link"),
    ],
)
def test_a_document_of_which_the_scope_is_not_known_may_name_it(document, is_named):
    """Its vendor may just be out of reach; that is no news of the topic."""
    assert (_left(START, asked=desired(document), scopes={}) == ()) == is_named


@pytest.mark.parametrize(
    ("forget", "is_forgotten"),
    [
        pytest.param(word(WordKind.FORGET, 3), True, id="topic"),
        pytest.param(word(WordKind.FORGET, 3, ""), True, id="whole-scope"),
        pytest.param(word(WordKind.FORGET, 1), True, id="in-the-same-moment"),
        pytest.param(word(WordKind.FORGET, 0), False, id="before-it"),
        pytest.param(word(WordKind.FORGET, 3, "u"), False, id="another-topic"),
        pytest.param(word(WordKind.FORGET, 3, scope=LINK_SCOPE), False, id="another-scope"),
        pytest.param(word(WordKind.RETRY, 3), False, id="another-word"),
    ],
)
def test_what_a_person_forgot_since_is_not_left_behind(forget, is_forgotten):
    assert (_left(START, forget) == ()) == is_forgotten


def _link(*mirrors, **changes) -> Seen:
    link = replace(ObservedLink(CLUSTER, LINK, "ACTIVE", mirrors=mirrors), **changes)
    return Seen(links={LINK_SCOPE: link})


@pytest.mark.parametrize(
    ("seen", "is_left"),
    [
        pytest.param(_link(mirror("t", "PAUSED")), True, id="PAUSED"),
        pytest.param(_link(mirror("t", "LINK_PAUSED")), True, id="LINK_PAUSED"),
        pytest.param(_link(mirror("t", "LINK_FAILED")), True, id="LINK_FAILED"),
        pytest.param(_link(mirror("t", None)), True, id="no-status"),
        pytest.param(_link(mirrors=None), True, id="not-listed"),
        pytest.param(_link(mirror("t", "ACTIVE")), False, id="ACTIVE"),
        pytest.param(_link(mirror("t", "STOPPED")), False, id="STOPPED"),
        pytest.param(_link(mirror("u", "PAUSED")), False, id="gone"),
        pytest.param(Seen(links={"elsewhere": ObservedLink("c", "l", "ACTIVE")}), True, id="other"),
    ],
)
def test_a_pause_that_is_seen_to_be_over_is_not_left_behind(seen, is_left):
    assert _left(PAUSED, seen=seen) == ((A_PAUSE,) if is_left else ())


@pytest.mark.parametrize(
    ("topics", "is_left"),
    [
        pytest.param([topic("t", run("running"))], True, id="running"),
        pytest.param([topic("t", run("completed"), run("pending"))], True, id="pending"),
        pytest.param([topic("t", run("sleeping"))], True, id="a-word-we-do-not-know"),
        pytest.param([unread("t")], True, id="unread"),
        pytest.param([topic("t", run("completed"))], False, id="completed"),
        pytest.param([topic("t")], False, id="no-run"),
        pytest.param([topic("u", run("running"))], False, id="not-among-those-shown"),
    ],
)
def test_a_run_that_is_seen_to_be_over_is_not_left_behind(topics, is_left):
    seen = Seen(sources={SCOPE: source("orders", *topics)})

    assert _left(START, seen=seen) == ((A_RUN,) if is_left else ())


def test_what_is_left_behind_is_sorted_by_address():
    held: list[IntentRecord] = [START, deed("i2", 1, PAUSE, "u", "t")]

    assert _left(*held) == (A_PAUSE, replace(A_PAUSE, address=EAST.of("u"), topic="u"), A_RUN)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (EVERYTHING, (A_PAUSE, A_RUN)),
        (Selection((parse_selector("ClusterLink/east"),)), (A_PAUSE,)),
        (Selection((parse_selector("Source/*/t"),)), (A_RUN,)),
        (Selection((parse_selector("Source/*/u"),)), ()),
        (Selection(labels=(("team", "a"),)), ()),
    ],
)
def test_a_selection_shows_what_it_takes(selection, expected):
    assert shown([A_PAUSE, A_RUN], selection) == expected


def test_what_was_seen_is_found_by_scope_and_what_could_not_be_read_is_absent():
    orders, east = source("orders"), link()
    other = LinkView(LinkTarget(CLUSTER, "other"), None)
    unreadable = LinkView(LinkTarget(CLUSTER, "dark"), east.link, UNREADABLE)
    answers = [
        observed(by_name(orders), not_seen("lost", MISSING)),
        observed(east, other, unreadable),
    ]

    seen = Seen.of(answers, lambda connection, target: f"{connection}:{target}")

    assert seen == Seen({"sk:id-orders": orders}, {"cc:lkc-1/east-to-west": east.link})

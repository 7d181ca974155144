"""What a ledger knows of each topic, put together for a person."""

import pytest

from reconciler.core.recall import Asked, Recollection, Standing, TopicMemory, recall
from reconciler.core.select import Selector
from reconciler.model.address import Kind
from reconciler.model.change import Action
from reconciler.model.journal import Binding, IntentRecord, Journal, WordKind
from reconciler.model.outcome import Reply
from reconciler.records import replace
from tests.support.ledgers import (
    EAST,
    LINK_SCOPE,
    ORDERS,
    SCOPE,
    after,
    answer,
    intent,
    item,
    known,
    level,
    sighting,
    word,
)
from tests.support.specs import NOW, SINCE, run

MIRROR = item("a", LINK_SCOPE, address=EAST.of("a"), since=None)
PAUSED = intent("p", 0, MIRROR, action=Action.PAUSE)
ENDED = sighting(run=run("completed", after(1)))


def journal(*parts: object, **changes: object) -> Journal:
    """A ledger that holds records and words."""
    records = tuple(part for part in parts if isinstance(part, IntentRecord))
    words = tuple(part for part in parts if not isinstance(part, IntentRecord))
    return replace(Journal(records, words, has_history=True), **changes)


def only(held: Journal) -> Asked:
    """The one call of the one topic."""
    (topic,) = recall(held).topics
    (asked,) = topic.asked
    return asked


@pytest.mark.parametrize(
    ("held", "standing", "waits", "by_word"),
    [
        pytest.param(journal(known(intent())), "open", True, False, id="no-answer"),
        pytest.param(
            journal(known(intent(), answer(reply=Reply.UNKNOWN))), "open", True, False, id="lost"
        ),
        pytest.param(journal(known(intent(), answer())), "answered", True, False, id="accepted"),
        pytest.param(journal(known(intent(), sighting())), "seen", False, False, id="seen"),
        pytest.param(journal(known(intent(), ENDED)), "ended", False, False, id="ended"),
        pytest.param(
            journal(known(intent(), answer(reply=Reply.FAILED))),
            "refused",
            False,
            False,
            id="refused",
        ),
        pytest.param(
            journal(known(intent(), answer(reply=Reply.BUSY))), "refused", False, False, id="busy"
        ),
        pytest.param(
            journal(known(intent()), word(WordKind.HAPPENED)),
            "ended",
            False,
            True,
            id="said-to-have-happened",
        ),
        pytest.param(
            journal(known(intent()), word(WordKind.DID_NOT)), "denied", False, True, id="denied"
        ),
        pytest.param(journal(known(PAUSED)), "open", False, False, id="pause-without-answer"),
        pytest.param(
            journal(known(PAUSED, answer("p", scope=LINK_SCOPE, topic="a"))),
            "answered",
            False,
            False,
            id="pause",
        ),
        pytest.param(
            journal(known(PAUSED, answer("p", scope=LINK_SCOPE, topic="a", reply=Reply.FAILED))),
            "refused",
            False,
            False,
            id="pause-refused",
        ),
        pytest.param(
            journal(known(intent("i1", 0, item(since=None)))), "open", True, False, id="no-level"
        ),
    ],
)
def test_what_became_of_a_call(held: Journal, standing: str, waits: bool, by_word: bool):
    asked = only(held)

    assert (asked.standing, asked.waits, asked.rests_on_a_word) == (standing, waits, by_word)


def test_everything_of_a_topic_is_together_newest_first():
    first, second = intent("i1", 0), intent("i2", 10)
    one, two = answer("i1", 1, Reply.FAILED), answer("i2", 11)
    seen = sighting("i2", 12)
    said, again = word(WordKind.RETRY, 5), word(WordKind.MARK, 6, time=SINCE)
    held = journal(known(second, two, seen), known(first, one), said, again)

    assert recall(held) == Recollection(
        (
            TopicMemory(
                ORDERS.of("t"),
                SCOPE,
                "t",
                (
                    Asked(second, item(), Standing.SEEN, two, seen),
                    Asked(first, item(), Standing.REFUSED, one, None),
                ),
                (again, said),
            ),
        )
    )


def test_a_topic_goes_by_the_name_it_was_known_by_last():
    """Also where only a word or a level names it."""
    renamed = item("t", address=replace(ORDERS, name="shop").of("t"))
    marked = word(WordKind.MARK, 20, "u", address=ORDERS.of("u"), time=SINCE)
    nameless = word(WordKind.MARK, 20, "v", time=SINCE)
    held = journal(
        known(intent("i1", 0)),
        known(intent("i2", 5, renamed)),
        marked,
        nameless,
        applied=(level("a"),),
    )

    assert [(topic.topic, topic.address) for topic in recall(held).topics] == [
        ("a", EAST.of("a")),
        ("t", renamed.address),
        ("u", ORDERS.of("u")),
        ("v", None),
    ]


HELD = journal(
    known(intent("i1", 0, item("t"), item("tt"))),
    word(WordKind.BREAK, 1, "", scope=SCOPE),
    word(WordKind.FORGET, 2, "", scope=LINK_SCOPE, address=EAST),
    applied=(level("a"),),
    bindings=(Binding("https://sk.test", "o", "id-orders", NOW), Binding("e", "n", "x", NOW)),
)


@pytest.mark.parametrize(
    ("asked", "topics", "words", "names"),
    [
        (None, ["a", "t", "tt"], ["forget", "break"], ["o", "n"]),
        (Selector(Kind.SOURCE, "*"), ["t", "tt"], ["break"], ["o"]),
        (Selector(Kind.SOURCE, "orders", "t"), ["t"], ["break"], ["o"]),
        (Selector(Kind.SOURCE, "orders", "t*"), ["t", "tt"], ["break"], ["o"]),
        (Selector(Kind.CLUSTER_LINK, "east"), ["a"], ["forget"], []),
        (Selector(Kind.SOURCE, "order"), [], [], []),
    ],
)
def test_only_what_is_asked_for_is_recalled(asked, topics, words, names):
    found = recall(HELD, asked)

    assert [topic.topic for topic in found.topics] == topics
    assert [said.kind for said in found.words] == words
    assert [binding.name for binding in found.bindings] == names


def test_a_former_name_is_asked_for_too():
    renamed = item("t", address=replace(ORDERS, name="shop").of("t"))
    held = journal(known(intent("i1", 0)), known(intent("i2", 5, renamed)))

    for name in ("orders", "shop"):
        assert len(recall(held, Selector(Kind.SOURCE, name)).topics) == 1


def test_a_name_that_was_forgotten_stands_for_nothing():
    held = replace(HELD, words=(word(WordKind.FORGET, 1, ""),))

    assert [binding.name for binding in recall(held).bindings] == ["n"]

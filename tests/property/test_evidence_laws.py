"""Laws of the ledger: from the journal, over what is visible, to the judge."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.evidence import recollect, weigh
from reconciler.core.ours import key_of
from reconciler.core.recall import recall
from reconciler.core.sources import SourceAsk, judge_source
from reconciler.model.change import Action
from reconciler.model.desired import OnCancel, SnapshotRule
from reconciler.model.journal import IntentRecord, Journal, WordKind, source_scope
from reconciler.model.ledger import AttemptState, LedgerView
from reconciler.model.observed import ObservedSource
from reconciler.model.outcome import Reply
from reconciler.records import replace
from tests.property.strategies import RUNS, TOPICS, seen_topics, snapshot_rules
from tests.support.ledgers import HOST, answer, intent, item, known, sighting, word
from tests.support.specs import (
    NOW,
    OLD,
    SINCE,
    by_name,
    confirmed,
    since,
    source,
    source_document,
    streamkap,
)

SCOPE = source_scope(HOST, "id-s0")
MINUTES = st.sampled_from([-5000, -60, -1, 0])
KEYS = st.lists(st.sampled_from([key_of(run) for run in RUNS]), max_size=2)


@st.composite
def records(draw: st.DrawFn, id_: str) -> IntentRecord:
    """A start or a stop of one topic, answered and seen or not."""
    topic, at = draw(st.sampled_from(TOPICS)), draw(MINUTES)
    level = draw(st.sampled_from([OLD, SINCE, since(1)]))
    asked = item(topic, SCOPE, since=level, before=tuple(draw(KEYS)))
    made = intent(id_, at, asked, action=draw(st.sampled_from([Action.START] * 4 + [Action.STOP])))
    answers = [
        answer(id_, at + 1, reply, scope=SCOPE, topic=topic)
        for reply in draw(st.lists(st.sampled_from(Reply), max_size=2))
    ]
    sightings = [
        sighting(id_, at + 2, run, scope=SCOPE, topic=topic)
        for run in draw(st.lists(st.sampled_from(RUNS), max_size=2))
    ]
    return known(made, *answers, *sightings)


@st.composite
def journals(draw: st.DrawFn) -> Journal:
    """Up to four intents and two words."""
    intents = tuple(draw(records(f"i{n}")) for n in range(draw(st.integers(0, 4))))
    words = tuple(
        word(
            draw(st.sampled_from(WordKind)),
            draw(MINUTES),
            draw(st.sampled_from([*TOPICS, ""])),
            scope=SCOPE,
            time=draw(st.sampled_from([OLD, since(1)])),
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    return Journal(intents, words, (), (), draw(st.booleans()))


def starts(rule: SnapshotRule, seen: ObservedSource, view: LedgerView) -> set[str]:
    document = source_document("s0", rule)
    witness = confirmed(seen.id)["sk", seen.id].seen_runs
    ask = SourceAsk((document,), by_name(seen), streamkap(), NOW, view, witness)
    return {c.topic for c in judge_source(ask).starts}


def permitted(seen: ObservedSource, view: LedgerView) -> set[str]:
    """Topics that a ledger may say more of: it stopped their run, or can date it."""
    undated = {t.name for t in seen.topics if any(r.time is None for r in t.runs or ())}
    stopped = {a.topic for a in view.attempts if a.stopped_by_us}
    dating = {topic for _, topic in view.marks} | {
        a.topic for a in view.attempts if a.run_time is None and a.state in ("seen", "ended")
    }
    return stopped | (undated & dating)


@given(snapshot_rules, seen_topics(), journals())
def test_a_ledger_only_takes_starts_away(rule, topics, journal):
    """But for what only a ledger permits: retries, restarts, and runs that it dates."""
    mute, seen = replace(rule, retries=0), source("s0", *topics)
    view = weigh(journal, {SCOPE: seen}, NOW).view

    with_ledger = starts(mute, seen, view) - permitted(seen, view)

    assert with_ledger <= starts(mute, seen, LedgerView())


@given(snapshot_rules, seen_topics(), journals())
def test_a_start_that_left_an_attempt_is_not_made_again(rule, topics, journal):
    """Whatever is visible, for its level; unless it was stopped for another rule."""
    mute, seen = replace(rule, retries=0, on_cancel=OnCancel.HOLD), source("s0", *topics)
    view = weigh(journal, {SCOPE: seen}, NOW).view
    tried = {a.topic for a in view.attempts if a.since == mute.since and not a.stopped_by_us}
    stopped = {a.topic for a in view.attempts if a.stopped_by_us}

    assert starts(mute, seen, view) & (tried - stopped) == set()


@given(seen_topics(), journals())
def test_what_was_written_back_changes_no_attempt_and_is_no_news(topics, journal):
    """Looking twice is looking once."""
    seen = {SCOPE: source("s0", *topics)}
    first = weigh(journal, seen, NOW)
    told = tuple(
        replace(
            r, sightings=(*r.sightings, *(s for s in first.sightings if s.intent == r.intent.id))
        )
        for r in journal.intents
    )

    second = weigh(replace(journal, intents=told), seen, NOW)

    assert second.sightings == ()
    states = [(a.topic, a.state) for a in first.view.attempts]
    assert [(a.topic, a.state) for a in second.view.attempts] == states


@given(seen_topics(), journals())
def test_no_visible_run_belongs_to_two_starts(topics, journal):
    dated = {
        (t.name, r.time)
        for t in topics
        for r in t.runs or ()
        if r.time and sum(o.time == r.time for o in t.runs) == 1
    }
    view = weigh(
        replace(journal, intents=tuple(replace(r, sightings=()) for r in journal.intents)),
        {SCOPE: source("s0", *topics)},
        NOW,
    ).view
    owned = [
        (a.topic, a.run_time)
        for a in view.attempts
        if a.state is not AttemptState.OPEN
        and (a.topic, a.run_time) in dated
        and a.run_time != a.at
    ]

    assert len(owned) == len(set(owned))


@given(journals())
def test_what_is_recollected_is_what_an_empty_look_shows(journal):
    """A person at `ledger show` and the judge of the next plan start from the same."""
    shown = weigh(journal, {SCOPE: source("s0")}, NOW).view.attempts

    assert sorted(recollect(journal).values(), key=str) == sorted(shown, key=str)


@given(journals(), st.sampled_from([WordKind.HAPPENED, WordKind.DID_NOT]))
def test_a_word_on_every_topic_that_waits_ends_all_waiting(journal, kind):
    """And takes nothing away that was seen, refused or settled."""
    before = recall(journal).topics
    waiting = [topic for topic in before if topic.waiting]
    words = [word(kind, 1, topic.topic, scope=topic.scope) for topic in waiting]

    after = recall(replace(journal, words=(*journal.words, *words))).topics

    assert [topic.topic for topic in after if topic.waiting] == []
    seen = [[a for a in topic.asked if a.sighting or a.answer] for topic in before]
    assert [
        [a.standing for a in topic.asked if a.standing in ("seen", "refused")] for topic in after
    ] == [[a.standing for a in known if a.standing in ("seen", "refused")] for known in seen]

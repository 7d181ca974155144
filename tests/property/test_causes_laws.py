"""Laws of what a ledger adds: it tells more, and changes nothing that is done."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.causes import applied_of, desired_key, level_key, with_causes
from reconciler.core.contested import find_contests
from reconciler.core.hindsight import Hindsight
from reconciler.core.left_behind import Seen, find_left_behind
from reconciler.core.told import tell
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.desired import Desired
from reconciler.model.journal import Applied, IntentRecord, Journal, WordKind
from reconciler.model.observed import ObservedLink
from reconciler.model.outcome import Reply
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import replace
from tests.property.strategies import CLUSTER, RUNS, World, rule_of, worlds
from tests.support.ledgers import after, answer, intent, item, known, sighting, word
from tests.support.specs import NOW, SINCE, idle, paused, since

LATER = NOW + timedelta(minutes=1)


OLD_PLACES = [
    ((Kind.CLUSTER_LINK, "former", "t0"), "confluent/cc/lkc-1"),
    ((Kind.SOURCE, "former", "t0"), "streamkap/sk"),
]
LEVELS = st.sampled_from([SINCE, since(1)])


def _scopes(world: World) -> dict[Address, str]:
    """A scope for every document: of its link, or of its source."""
    ids = {s.name: s.id for s in world.sources}
    return {
        **{d.address: f"confluent/cc/{d.cluster_id}/{d.link}" for d in world.specs.links},
        **{d.address: f"streamkap/sk/{d.source_id or ids[d.source]}" for d in world.specs.sources},
    }


@st.composite
def _deeds(
    draw: st.DrawFn, id_: str, place: tuple[Address, str, Action | None]
) -> list[IntentRecord]:
    """Something that was done to a topic, once or three times in a row, and what came back."""
    address, scope, wanted = place
    is_link = scope.startswith("confluent")
    actions = [Action.PAUSE, Action.RESUME] if is_link else [Action.START, Action.STOP]
    action = draw(st.sampled_from([wanted or actions[0], *actions]))
    level = None if is_link else draw(LEVELS)
    reply = draw(st.sampled_from([Reply.ACCEPTED, Reply.ACCEPTED, *Reply]))
    records = []
    for n in range(draw(st.sampled_from([3, 1]))):
        asked = item(address.topic, scope, address=address, since=level, parameters='{"type":"-"}')
        made = intent(f"{id_}.{n}", -90 + n, asked, action=action, connection="x")
        came = answer(made.id, -80 + n, reply, scope=scope, topic=address.topic)
        seen = sighting(made.id, -70, draw(st.sampled_from(RUNS)), scope=scope, topic=address.topic)
        records.append(known(made, came, *([seen] if draw(st.booleans()) else [])))
    return records


@st.composite
def _levels(draw: st.DrawFn, world: World, finding: Finding) -> Applied | None:
    """The level of a finding, of its rule or of another one, or none."""
    documents = {d.address: d for d in (*world.specs.sources, *world.specs.links)}
    mine = rule_of(documents[finding.address.document], finding.address.topic)
    rule = draw(st.sampled_from([mine, mine, paused("*"), idle("*"), None]))
    if rule is None:
        return None
    level = draw(st.sampled_from([level_key(rule, finding), "scheduled", "PAUSED", "ACTIVE"]))
    scope, at = _scopes(world)[finding.address.document], draw(st.sampled_from([-95, -45]))
    topic = finding.address.topic
    return Applied(finding.address, scope, topic, desired_key(rule), level, after(at))


@st.composite
def _journals(draw: st.DrawFn, world: World) -> Journal:
    """Deeds, words and levels that speak of the topics of a world, and of some that are gone."""
    scopes = _scopes(world)
    findings = [f for f in world.judged().findings if f.address.topic]
    changing = [f for f in findings if f.action is not None]
    places = [(f.address, scopes[f.address.document], f.action) for f in findings]
    places += [(a.of("gone"), scopes[a], None) for a in sorted(scopes)]
    places += [(Address(*key), f"{scope}/old", None) for key, scope in OLD_PLACES]
    chosen = draw(st.lists(st.sampled_from(places), min_size=2, max_size=5, unique_by=repr))
    deeds = [draw(_deeds(f"i{n}", place)) for n, place in enumerate(chosen)]
    drawn = (draw(_levels(world, f)) for f in (*changing[:4], *findings[:2]))
    levels = {(a.scope, a.topic): a for a in drawn if a is not None}
    words = tuple(
        word(WordKind.FORGET, -40, draw(st.sampled_from([a.topic, ""])), scope=scope)
        for a, scope, _ in chosen[: draw(st.integers(0, 1))]
    )
    intents = tuple(record for records in deeds for record in records)
    return Journal(intents, words, tuple(levels.values()), has_history=True)


def _seen(world: World) -> Seen:
    links: dict[str, ObservedLink] = {
        f"confluent/cc/{CLUSTER}/{view.target.link}": view.link
        for answer in world.knowledge.observed.values()
        for view in answer.links
        if view.link is not None
    }
    return Seen({f"streamkap/sk/{s.id}": s for s in world.sources}, links)


@st.composite
def _remembered(draw: st.DrawFn) -> tuple[World, Journal]:
    world = draw(worlds(history=False))
    return world, draw(_journals(world))


def _plain(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings without what a ledger adds."""
    return [replace(finding, cause=None, note="") for finding in findings]


@given(_remembered())
def test_a_ledger_tells_more_and_changes_no_verdict_and_no_action(both):
    world, journal = both
    findings = world.judged().findings
    hindsight = Hindsight.of(world.specs, journal, _scopes(world))

    told = tell(findings, hindsight, _seen(world)).findings

    assert _plain(told) == _plain(findings)
    assert [f.cause is None for f in told] == [f.action is None for f in told]


@given(_remembered(), st.integers(0, 5), st.booleans())
def test_order_of_input_is_irrelevant(both, shift, flip):
    world, journal = both

    def mix(items):
        turned = [*items[shift:], *items[:shift]]
        return tuple(turned[::-1] if flip else turned)

    specs = replace(world.specs, sources=mix(world.specs.sources), links=mix(world.specs.links))
    mixed = replace(
        journal,
        intents=mix(journal.intents),
        words=mix(journal.words),
        applied=mix(journal.applied),
    )
    findings, scopes, seen = world.judged().findings, _scopes(world), _seen(world)

    first = tell(findings, Hindsight.of(world.specs, journal, scopes), seen)
    second = tell(mix(findings), Hindsight.of(specs, mixed, dict(mix(list(scopes.items())))), seen)

    assert replace(second, findings=()) == replace(first, findings=())
    assert second.findings == mix(first.findings)


@given(_remembered())
def test_what_was_noted_is_no_news_and_lost_without_an_edit_it_drifted(both):
    """But for `maxAge`, where only age can take it away."""
    world, journal = both
    findings, scopes = world.judged().findings, _scopes(world)
    hindsight = Hindsight.of(world.specs, journal, scopes)

    notes = applied_of(findings, hindsight, LATER)
    places = {(note.scope, note.topic) for note in notes}
    kept = tuple(a for a in journal.applied if (a.scope, a.topic) not in places)
    again = Hindsight.of(world.specs, replace(journal, applied=(*kept, *notes)), scopes)

    assert applied_of(findings, again, LATER) == ()
    assert all(note.at == LATER for note in notes)
    held = [f for f in findings if f.verdict is Verdict.IN_SYNC and again.rule_of(f.address)]
    lost = [replace(f, verdict=Verdict.CHANGE, action=Action.START) for f in held]
    aged = [getattr(again.rule_of(f.address), "max_age", None) is not None for f in held]
    expected = [Cause.DUE if old else Cause.DRIFT for old in aged]
    assert [f.cause for f in with_causes(lost, again)] == expected


@given(_remembered())
def test_without_a_level_that_held_every_change_differs(both):
    world, journal = both
    hindsight = Hindsight.of(world.specs, replace(journal, applied=()), _scopes(world))

    causes = {f.cause for f in with_causes(world.judged().findings, hindsight)}

    assert causes <= {None, Cause.DIFFERS}


@given(_remembered())
def test_only_what_we_did_and_no_rule_names_is_left_behind(both):
    world, journal = both
    scopes = _scopes(world)
    left = find_left_behind(Hindsight.of(world.specs, journal, scopes), _seen(world))
    done = {(i.scope, i.topic) for r in journal.intents for i in r.intent.items}

    def named(scope: str, name: str) -> bool:
        documents = [*world.specs.sources, *world.specs.links]
        found = (rule_of(d, name) for d in documents if scopes[d.address] == scope)
        return any(rule is not None and rule.state != "unmanaged" for rule in found)

    assert {(item.scope, item.topic) for item in left} <= done
    assert not any(named(item.scope, item.topic) for item in left)


@given(_remembered())
def test_without_specs_nothing_is_contested_and_what_we_did_stays_in_sight(both):
    """Deleting every spec hides nothing: whatever a rule hid before is listed then."""
    world, journal = both
    with_specs = Hindsight.of(world.specs, journal, _scopes(world))
    without = Hindsight.of(Desired(), journal, {})

    assert set(find_left_behind(with_specs, Seen())) <= set(find_left_behind(without, Seen()))
    assert find_contests((), without) == ()

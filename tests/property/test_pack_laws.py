"""Laws of packing whole sources into calls."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.ids import IdsAsk, Unread, ids_worth_reading, requests_of
from reconciler.core.match import compile_rules
from reconciler.core.pack import (
    TOPICS_PER_CALL,
    chunks,
    pack,
    packing,
    split,
)
from reconciler.model.desired import Limits
from tests.property.strategies import PATTERNS, TOPICS, parcels, rule_of
from tests.support.specs import completed, source_document


def _ask(chosen, limit):
    """Some sources whose ids are known, and others, in two groups."""
    known = [p for p in chosen if p.source_id in ("s0", "s3")]
    others = [p for p in chosen if p not in known]
    unread = (Unread(p.source_id, p.size, max(p.size, p.listing), p.payload % 2) for p in others)
    return IdsAsk((tuple(p.size for p in known), ()), tuple(unread), limit)


limits = st.builds(Limits, sources_per_call=st.integers(0, 5))


@given(parcels, limits)
def test_pack_neither_splits_nor_loses_a_source(given_parcels, limit):
    calls = pack(given_parcels, limit)

    packed = [p for call in calls for p in call]

    assert sorted(packed, key=lambda p: p.source_id) == sorted(
        given_parcels, key=lambda p: p.source_id
    )
    assert all(calls)


@given(parcels, limits)
def test_pack_stays_within_its_limits_and_never_beats_the_bound(given_parcels, limit):
    calls = pack(given_parcels, limit)

    assert all(sum(p.size for p in call) <= TOPICS_PER_CALL for call in calls)
    assert all(limit.sources_per_call in (0, *range(len(call), 99)) for call in calls)
    assert len(calls) >= packing([p.size for p in given_parcels], limit).bound


@given(parcels, limits, st.data())
def test_the_order_of_sources_is_irrelevant(given_parcels, limit, data):
    other = data.draw(st.permutations(given_parcels))

    assert pack(other, limit) == pack(given_parcels, limit)
    assert ids_worth_reading(_ask(other, limit)) == ids_worth_reading(_ask(given_parcels, limit))


@given(parcels, limits, st.sets(st.integers(0, 13)))
def test_split_sends_every_source_once(given_parcels, limit, with_ids):
    bulk, alone = split(given_parcels, limit, lambda number: number in with_ids)

    sent = [p.source_id for call in bulk for p in call] + [p.source_id for p in alone]

    assert sorted(sent) == sorted(p.source_id for p in given_parcels)
    assert all(len(call) > 1 and with_ids >= {p.payload for p in call} for call in bulk)


@given(parcels, limits)
def test_reading_ids_never_costs_more_than_reading_none_or_all(given_parcels, limit):
    ask = _ask(given_parcels, limit)

    price = requests_of(ask, ids_worth_reading(ask))

    assert price <= requests_of(ask, ())
    assert price <= requests_of(ask, [u.source_id for u in ask.unread])


@given(st.lists(st.text(max_size=3), min_size=1), st.integers(0, 5))
def test_chunks_put_together_are_the_names(names, most):
    cut = chunks(names, most)

    assert [name for call in cut for name in call] == names
    assert all(call and (most == 0 or len(call) <= most) for call in cut)


@given(
    st.lists(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3), max_size=4),
    st.sampled_from([*TOPICS, "x"]),
)
def test_the_matcher_finds_the_first_rule_that_matches(rules, topic):
    made = [completed(*texts) for texts in rules]

    found = compile_rules(rule.topics for rule in made).rule_of(topic)

    expected = rule_of(source_document("a", *made), topic)
    assert (None if found is None else made[found]) == expected

"""Fingerprints: the same value, the same bytes."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from reconciler.core.digest import approval, digest, plain
from reconciler.model.address import Address, Kind
from reconciler.model.call import Call
from reconciler.model.change import Pause, StartTopic
from reconciler.model.plan import Step, StepItem
from reconciler.model.verdict import Risk
from reconciler.records import replace
from tests.support.specs import NOW

ADDRESS = Address(Kind.CLUSTER_LINK, "a", "m")
ITEM = StepItem(ADDRESS, "c/l", "m", "ACTIVE", Risk.SAFE)
CALL = Call("cc", "POST", "/x", {"names": ["m"]}, (("a", "b"),))
STEP = Step("s1", Pause("c", "l", ("m",)), (ITEM,), CALL, Risk.SAFE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.5, 0.5),
        ("é", "é"),
        (Risk.SAFE, "safe"),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))), "2025-12-31T23:00:00Z"),
        (timedelta(minutes=2), 120.0),
        ((1, [2]), [1, [2]]),
        ({"b": 1, "a": Risk.SAFE}, {"a": "safe", "b": 1}),
        (
            StartTopic("x", "db", "n > 1"),
            {"kind": "StartTopic", "name": "x", "db_id": "db", "filter": "n > 1"},
        ),
    ],
)
def test_a_value_as_plain_json(value, expected):
    assert plain(value) == expected


@pytest.mark.parametrize("value", [{1, 2}, object(), b"x", [frozenset()]])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError, match="no canonical form for"):
        plain(value)


def test_the_order_of_keys_does_not_matter():
    assert digest({"a": 1, "b": [2]}) == digest({"b": (2,), "a": 1})


def test_a_digest_is_the_hash_of_compact_json_in_utf8():
    assert (
        digest({"b": "é", "a": [1]}) == "sha256:" + sha256('{"a":[1],"b":"é"}'.encode()).hexdigest()
    )


@pytest.mark.parametrize("value", [STEP, [STEP.items, {"b": STEP.call, "a": NOW}], Risk.SAFE, "é"])
def test_a_value_and_its_plain_form_have_one_digest(value):
    assert digest(value) == digest(plain(value))


@pytest.mark.parametrize(
    "other",
    [
        replace(STEP, id="s9"),
        replace(STEP, needs=("s1",), canary=True),
        replace(STEP, not_before=NOW, not_after=datetime(2030, 1, 1, tzinfo=UTC)),
    ],
)
def test_ids_and_times_are_not_what_is_approved(other):
    assert approval([other]) == approval([STEP])


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [STEP, STEP],
        [replace(STEP, change=Pause("c", "l", ("n",)))],
        [replace(STEP, items=(replace(ITEM, before="PAUSED"),))],
        [replace(STEP, items=(replace(ITEM, address=replace(ADDRESS, name="b")),))],
        [replace(STEP, items=(replace(ITEM, risk=Risk.DISRUPTIVE),))],
        [replace(STEP, call=replace(CALL, path="/y"))],
        [replace(STEP, call=replace(CALL, body={"names": ["n"]}))],
        [replace(STEP, call=replace(CALL, query=()))],
        [replace(STEP, call=replace(CALL, connection="dd"))],
    ],
)
def test_what_will_be_done_is_what_is_approved(steps):
    assert approval(steps) != approval([STEP])


def test_the_order_of_steps_is_approved():
    other = replace(STEP, call=replace(CALL, path="/y"))

    assert approval([STEP, other]) != approval([other, STEP])

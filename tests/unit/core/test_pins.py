"""What a saved plan pins: documents and who answers."""

from collections.abc import Callable

import pytest

from reconciler.core.identity import identity_of
from reconciler.core.pins import check_pins, moved, pins_of
from reconciler.errors import UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Connection, Desired, ProviderName
from reconciler.model.environment import Environment
from reconciler.model.saved import SavedPlan
from reconciler.records import replace
from tests.support.saved import rich_saved
from tests.support.specs import confluent, desired, idle, source_document, streamkap

SAVED, DESIRED = rich_saved()


def _documents(*parts: tuple[str, str]) -> Desired:
    """The specs with other digests of some documents, or without them."""
    digests = dict(parts)

    def kept(documents):
        changed = (replace(d, digest=digests.get(str(d.address), d.digest)) for d in documents)
        return tuple(d for d in changed if d.digest != "gone")

    return replace(
        DESIRED,
        connections=kept(DESIRED.connections),
        sources=kept(DESIRED.sources),
        links=kept(DESIRED.links),
    )


def _stale(specs: Desired) -> dict[str, str]:
    """Why steps are stale, by their number."""
    found = moved(SAVED, specs)
    whys = {s.id: {found.why(s, i) for i in s.items} for s in SAVED.plan.steps}
    return {number: " | ".join(sorted(why)) for number, why in whys.items() if why != {""}}


@pytest.mark.parametrize(
    ("connection", "identity"),
    [
        (streamkap(endpoint="sandbox"), "sandbox"),
        (streamkap(), "sk.test"),
        (streamkap(project="65f0"), "sk.test project 65f0"),
        (streamkap(endpoint="http://127.0.0.1:8080/kap"), "127.0.0.1:8080/kap"),
        (confluent(base_path="/kafka/v3"), "cc.test"),
        (confluent(base_path="/v3"), "cc.test/v3"),
        (confluent(endpoint="sandbox", base_path="/kafka/v3"), "sandbox"),
        (confluent(endpoint="https://me:secret@cc.test"), "cc.test"),
    ],
)
def test_who_answers_is_pinned_without_a_credential(connection: Connection, identity: str):
    assert identity_of(connection) == identity


def test_every_document_is_pinned_with_what_steps_do_to_it():
    specs = _documents(("ClusterLink/west", "d1"))
    pins = {str(pin.address): pin for pin in pins_of(specs, SAVED.plan.steps)}

    assert list(pins) == sorted(pins)
    assert len(pins) == len(DESIRED.connections) + len(DESIRED.sources) + len(DESIRED.links)
    assert (pins["ClusterLink/west"].digest, pins["ClusterLink/west"].target) == (
        "d1",
        "lkc-1/west",
    )
    assert pins["Connection/kap"].target == ""


def test_a_document_that_no_step_rests_on_is_pinned_without_a_target():
    pins = pins_of(DESIRED, [step for step in SAVED.plan.steps if step.id == "s8"])

    assert {str(pin.address): pin.target for pin in pins if pin.target} == {
        "ClusterLink/west": "lkc-1/west"
    }


def test_documents_of_one_source_share_what_they_speak_of():
    """One by the same name, one by the id that the first one's item shows."""
    shop = next(d for d in DESIRED.sources if d.address.name == "shop")
    shop_id = next(p.target for p in SAVED.specs if p.address == shop.address)
    named = replace(shop, address=Address(Kind.SOURCE, "by-name"))
    pointed = replace(shop, address=Address(Kind.SOURCE, "by-id"), source="", source_id=shop_id)
    specs = replace(DESIRED, sources=(*DESIRED.sources, named, pointed))

    pins = {pin.address.name: pin.target for pin in pins_of(specs, SAVED.plan.steps)}

    assert (pins["by-name"], pins["by-id"], pins["shop"]) == (shop_id, shop_id, shop_id)


@pytest.mark.parametrize(
    ("specs", "stale"),
    [
        pytest.param(DESIRED, {}, id="nothing"),
        pytest.param(
            _documents(("ClusterLink/west", "other")),
            dict.fromkeys(("s8", "s9"), "ClusterLink/west has changed since the plan"),
            id="a-link",
        ),
        pytest.param(
            _documents(("ClusterLink/lab", "gone")),
            {"s7": "ClusterLink/lab is not in the specs"},
            id="a-link-that-is-gone",
        ),
        pytest.param(
            _documents(("Source/shop", "other")),
            {"s4": "Source/shop has changed since the plan"},
            id="a-source",
        ),
        pytest.param(
            _documents(("Source/crm", "other")),
            {"s6": " | Source/crm has changed since the plan"},
            id="a-source-among-others-in-one-call",
        ),
        pytest.param(
            _documents(("Connection/con", "other")),
            dict.fromkeys(("s7", "s8", "s9"), "Connection/con has changed since the plan"),
            id="a-connection",
        ),
        pytest.param(
            _documents(("Connection/kap", "gone")),
            dict.fromkeys(
                ("s1", "s2", "s3", "s4", "s5", "s6"), "Connection/kap is not in the specs"
            ),
            id="a-connection-that-is-gone",
        ),
    ],
)
def test_a_document_that_moved_makes_stale_what_rests_on_it(specs: Desired, stale: dict[str, str]):
    assert _stale(specs) == stale


@pytest.mark.parametrize("by_id", [False, True])
def test_a_document_that_is_new_on_a_source_makes_its_steps_stale(by_id: bool):
    shop = next(d for d in DESIRED.sources if d.address.name == "shop")
    address = Address(Kind.SOURCE, "newcomer")
    target = next(p.target for p in SAVED.specs if p.address == shop.address)
    new = replace(shop, address=address, digest="new", rules=())
    if by_id:
        new = replace(new, source="", source_id=target)

    stale = _stale(replace(DESIRED, sources=(*DESIRED.sources, new)))

    assert stale == {"s4": "Source/newcomer is not in the plan"}


def test_a_document_of_another_source_that_turns_to_this_one_makes_its_steps_stale():
    turned = tuple(
        replace(d, source="shop", digest="turned") if d.address.name == "geo" else d
        for d in DESIRED.sources
    )

    assert _stale(replace(DESIRED, sources=turned)) == dict.fromkeys(
        ("s2", "s4"), "Source/geo has changed since the plan"
    )


def test_a_document_that_no_step_rests_on_may_change():
    extra = source_document("extra", idle("*"), digest="one", connection="kap")
    before = replace(DESIRED, sources=(*DESIRED.sources, extra))
    saved = replace(SAVED, specs=pins_of(before, SAVED.plan.steps))
    after = replace(DESIRED, sources=(*DESIRED.sources, replace(extra, digest="two")))

    found = moved(saved, after)

    assert all(found.is_whole(step) for step in saved.plan.steps)


def test_a_plan_of_which_a_part_still_holds_is_taken():
    found = check_pins(SAVED, _documents(("ClusterLink/west", "other")))

    assert [s.id for s in SAVED.plan.steps if not found.is_whole(s)] == ["s8", "s9"]


def test_a_plan_of_which_nothing_holds_is_refused():
    specs = _documents(("Connection/con", "gone"), ("Connection/kap", "other"))

    with pytest.raises(UsageError) as refused:
        check_pins(SAVED, specs)

    assert str(refused.value) == (
        "nothing of it rests on these specs any more: Connection/con is not in the specs, "
        "Connection/kap has changed since the plan; plan again"
    )


def test_a_plan_without_steps_holds_whatever_the_specs_say():
    empty = replace(SAVED, plan=replace(SAVED.plan, steps=()))

    assert check_pins(empty, desired()).connections == {}


def _elsewhere(connection: Connection) -> Connection:
    return replace(connection, endpoint="https://elsewhere.test", digest="other")


def _other_vendor(connection: Connection) -> Connection:
    return replace(connection, provider=ProviderName.STREAMKAP)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            _elsewhere,
            "it was made for confluent at sandbox, and Connection/con is confluent at "
            "elsewhere.test now; plan again",
            id="another-host",
        ),
        pytest.param(
            _other_vendor,
            "it was made for confluent at sandbox, and Connection/con is streamkap at sandbox "
            "now; plan again",
            id="another-vendor",
        ),
    ],
)
def test_a_plan_for_somebody_else_is_refused(change: Callable[..., Connection], told: str):
    changed = tuple(change(c) if c.name == "con" else c for c in DESIRED.connections)

    with pytest.raises(UsageError) as refused:
        check_pins(SAVED, replace(DESIRED, connections=changed))

    assert str(refused.value) == told


def test_a_connection_without_steps_may_lead_elsewhere():
    def mirrors_only(saved: SavedPlan) -> SavedPlan:
        steps = tuple(s for s in saved.plan.steps if s.call.connection == "con")
        return replace(saved, plan=replace(saved.plan, steps=steps))

    changed = tuple(_elsewhere(c) if c.name == "kap" else c for c in DESIRED.connections)

    found = check_pins(mirrors_only(SAVED), replace(DESIRED, connections=changed))

    assert found.connections == {}


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ("prod", "staging", "for the environment prod, and these specs are read for staging"),
        ("prod", "", "for the environment prod, and these specs are read without --env"),
        ("", "prod", "without --env, and these specs are read for prod; leave --env out"),
    ],
)
def test_a_plan_of_another_environment_is_refused(then: str, now: str, expected: str):
    saved = replace(SAVED, plan=replace(SAVED.plan, environment=then))
    specs = replace(DESIRED, environment=Environment(now, f"values/{now}.yaml") if now else None)
    with pytest.raises(UsageError, match=expected):
        check_pins(saved, specs)


def test_a_plan_of_the_same_environment_is_not():
    saved = replace(SAVED, plan=replace(SAVED.plan, environment="prod"))
    specs = replace(DESIRED, environment=Environment("prod", "values/prod.yaml"))

    assert check_pins(saved, specs).is_whole(saved.plan.steps[0])

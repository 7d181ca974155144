"""Which topics a person's word speaks of."""

import pytest

from reconciler.core.scopes import Lexicon
from reconciler.core.select import Selector, parse_selector
from reconciler.core.telling import check_known, to_forget, to_mark, to_resolve
from reconciler.errors import UsageError
from reconciler.model.desired import Desired
from reconciler.model.journal import Binding, IntentRecord, Journal, WordKind, source_scope
from reconciler.model.outcome import Reply
from reconciler.records import replace
from tests.support.ledgers import (
    EAST,
    HOST,
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
from tests.support.specs import (
    NOW,
    completed,
    desired,
    link_document,
    mirroring,
    source_document,
    unmanaged,
)

LATER = after(60)
OTHER = source_scope(HOST, "id-other")
CRM = replace(ORDERS, name="crm")
LOOK = "`reconciler ledger show` lists what it knows"
WAITING = "`reconciler ledger show` lists those that do"


def memory(*records: IntentRecord, specs: Desired | None = None, **changes: object) -> Lexicon:
    """A ledger that holds these calls, and perhaps specs."""
    return Lexicon(replace(Journal(records, has_history=True), **changes), specs or Desired())


def names(*topics: str):
    """Addresses of topics of the source."""
    return tuple(ORDERS.of(topic) for topic in topics)


SPECS = desired(
    source_document("orders", unmanaged("tmp.*"), completed("t", "u.*", "lit", "tmp.x"))
)
MIXED = memory(
    known(
        intent("i1", 0, item("t"), item("ta"), item("u.1"), item("tmp.1", address=CRM.of("tmp.1")))
    ),
    known(intent("i2", 1, item("seen")), sighting("i2", topic="seen")),
    known(intent("i3", 1, item("no")), answer("i3", topic="no", reply=Reply.FAILED)),
    known(intent("i4", 1, item("u.2", address=CRM.of("u.2")))),
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("Source/orders/t", names("t"), id="literal"),
        pytest.param("Source/orders/t*", names("t", "ta"), id="glob"),
        pytest.param("Source/orders", names("t", "ta", "u.1"), id="all-under-its-name"),
        pytest.param("Source/orders/u.2", names("u.2"), id="another-documents-if-spelt-out"),
    ],
)
def test_a_resolution_speaks_of_what_waits(asked, found):
    assert to_resolve(parse_selector(asked), SCOPE, MIXED, LATER) == found


def test_the_rules_of_a_document_say_what_is_its_own():
    """Whatever name it had when it was started."""
    held = replace(MIXED, desired=SPECS)

    assert to_resolve(Selector(ORDERS.kind, "orders"), SCOPE, held, LATER) == names(
        "t", "ta", "u.1", "u.2"
    )


@pytest.mark.parametrize("kind", [WordKind.HAPPENED, WordKind.DID_NOT])
def test_a_word_can_be_taken_back_by_naming_its_topic_in_full(kind):
    held = memory(known(intent()), words=(word(kind),))

    assert to_resolve(parse_selector("Source/orders/t"), SCOPE, held, LATER) == names("t")
    for asked in ("Source/orders", "Source/orders/*"):
        with pytest.raises(UsageError, match="no start of"):
            to_resolve(parse_selector(asked), SCOPE, held, LATER)


@pytest.mark.parametrize(
    ("asked", "scope", "held", "told"),
    [
        pytest.param(
            "Source/orders/seen",
            SCOPE,
            MIXED,
            f"no start of Source/orders/seen waits for a word at {SCOPE}; {WAITING}",
            id="it-was-seen",
        ),
        pytest.param(
            "Source/orders/no",
            SCOPE,
            MIXED,
            f"no start of Source/orders/no waits for a word at {SCOPE}; {WAITING}",
            id="it-was-refused",
        ),
        pytest.param(
            "Source/orders",
            OTHER,
            MIXED,
            f"no start of Source/orders waits for a word at {OTHER}; it also knows Source/orders as "
            f"{SCOPE}, for --scope; {WAITING}",
            id="it-waits-elsewhere",
        ),
        pytest.param(
            "Source/orders",
            SCOPE,
            memory(known(intent(at=90))),
            "the start of Source/orders/t was asked at 2026-11-22T13:30:00Z, and it is "
            "2026-11-22T13:00:00Z here; wait until this machine's clock is past it",
            id="a-clock-is-ahead-of-ours",
        ),
    ],
)
def test_a_resolution_that_meets_nothing_is_refused(asked, scope, held, told):
    with pytest.raises(UsageError) as caught:
        to_resolve(parse_selector(asked), scope, held, LATER)

    assert str(caught.value) == told


FIRST = Lexicon(Journal(), SPECS)


@pytest.mark.parametrize(
    ("asked", "held", "found"),
    [
        pytest.param("Source/orders/t", FIRST, names("t"), id="a-literal-of-the-rules"),
        pytest.param("Source/orders/u.9", FIRST, names("u.9"), id="what-a-glob-of-them-matches"),
        pytest.param("Source/orders", FIRST, names("lit", "t"), id="all-literals-that-are-managed"),
        pytest.param("Source/orders/l*", FIRST, names("lit"), id="a-glob-over-literals"),
        pytest.param("Source/orders/ta", MIXED, names("ta"), id="what-the-ledger-has-met"),
        pytest.param(
            "Source/orders",
            replace(MIXED, desired=SPECS),
            names("lit", "no", "seen", "t", "ta", "u.1", "u.2"),
            id="all-of-both",
        ),
    ],
)
def test_a_mark_speaks_of_what_is_known(asked, held, found):
    assert to_mark(parse_selector(asked), SCOPE, held) == found


@pytest.mark.parametrize(
    ("asked", "held", "told"),
    [
        pytest.param(
            "Source/orders/litt",
            FIRST,
            "no rule and no ledger knows Source/orders/litt; did you mean lit?",
            id="misspelt",
        ),
        pytest.param(
            "Source/orders/tmp.x",
            FIRST,
            f"no rule and no ledger knows Source/orders/tmp.x; {LOOK}",
            id="unmanaged",
        ),
        pytest.param(
            "Source/orders/u.*",
            FIRST,
            "Source/orders/u.* means no topic: which there are is known only of those that the "
            "ledger has met or a rule spells out; name the topic itself",
            id="a-glob-over-nothing",
        ),
        pytest.param(
            "ClusterLink/east/a",
            FIRST,
            "only the runs of a Source can be marked; ClusterLink/east/a is none",
            id="a-mirror-has-no-runs",
        ),
    ],
)
def test_a_mark_that_means_nothing_is_refused(asked, held, told):
    with pytest.raises(UsageError) as caught:
        to_mark(parse_selector(asked), SCOPE, held)

    assert str(caught.value) == told


LEVELS = memory(
    applied=(level("a"), level("b")), bindings=(Binding("https://sk.test", "o", "id-other", NOW),)
)


@pytest.mark.parametrize(
    ("asked", "scope", "held", "found"),
    [
        pytest.param("ClusterLink/east/a", LINK_SCOPE, LEVELS, (EAST.of("a"),), id="a-topic"),
        pytest.param(
            "ClusterLink/east/*", LINK_SCOPE, LEVELS, (EAST.of("a"), EAST.of("b")), id="a-glob"
        ),
        pytest.param("ClusterLink/east", LINK_SCOPE, LEVELS, (EAST,), id="the-whole-link"),
        pytest.param("Source/orders", OTHER, LEVELS, (ORDERS,), id="only-a-name-is-known"),
        pytest.param(
            "ClusterLink/east/a*",
            LINK_SCOPE,
            replace(LEVELS, desired=desired(link_document("east", mirroring("b")))),
            (EAST.of("a"),),
            id="what-no-rule-names-any-more",
        ),
    ],
)
def test_what_is_to_be_forgotten_is_what_the_ledger_knows(asked, scope, held, found):
    assert to_forget(parse_selector(asked), scope, held) == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "ClusterLink/east/c",
            f"the ledger knows nothing of ClusterLink/east/c at {LINK_SCOPE}; {LOOK}",
        ),
        ("Source/orders", f"the ledger knows nothing of {LINK_SCOPE}x; {LOOK}"),
    ],
)
def test_what_the_ledger_does_not_know_cannot_be_forgotten(asked, told):
    scope = LINK_SCOPE if "/c" in asked else f"{LINK_SCOPE}x"
    with pytest.raises(UsageError) as caught:
        to_forget(parse_selector(asked), scope, LEVELS)

    assert str(caught.value) == told


def test_a_scope_alone_must_be_known_too():
    check_known(LINK_SCOPE, LEVELS)
    with pytest.raises(UsageError, match="knows nothing of nowhere"):
        check_known("nowhere", LEVELS)

"""From the name that a person gives to the scope that the ledger knows."""

import httpx
import pytest

from reconciler.core.identity import host_of
from reconciler.core.scopes import Lexicon, document_of, elsewhere, find_scope
from reconciler.core.select import Selector
from reconciler.errors import UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Desired
from reconciler.model.journal import Binding, Journal, WordKind, source_scope
from reconciler.records import replace
from tests.support.ledgers import (
    EAST,
    HOST,
    LINK_SCOPE,
    ORDERS,
    SCOPE,
    intent,
    item,
    known,
    level,
    word,
)
from tests.support.specs import (
    NOW,
    completed,
    desired,
    link_document,
    mirroring,
    source_document,
    streamkap,
)

ASKED = Selector(Kind.SOURCE, "orders", "t")
LINK = Selector(Kind.CLUSTER_LINK, "east")
OTHER = source_scope(HOST, "id-other")
ELSEWHERE = source_scope("far.test", "id-orders")
BOUND = Binding("https://sk.test", "orders", "id-other", NOW)
STARTED = Journal((known(intent()),), has_history=True)
TWICE = Journal((known(intent()), known(intent("i2", 1, item(scope=OTHER)))), has_history=True)
BY_NAME = desired(source_document("orders", completed("t")))
BY_ID = desired(source_document("orders", completed("t"), source="", source_id="id-pinned"))
NOTHING = Desired()
LOOK = "`reconciler ledger show` lists what it knows"


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://sk.test", "sk.test"),
        ("https://pkc-1.confluent.cloud:443", "pkc-1.confluent.cloud"),
        ("https://pkc-1.confluent.cloud:80", "pkc-1.confluent.cloud:80"),
        ("http://127.0.0.1:80", "127.0.0.1"),
        ("http://127.0.0.1:8443", "127.0.0.1:8443"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://[::443]", "[::443]"),
    ],
)
def test_the_host_is_spelt_as_the_transport_spells_it(endpoint, host):
    assert host_of(streamkap(endpoint=endpoint)) == host
    assert httpx.URL(endpoint).netloc.decode() == host


def test_the_sandbox_is_a_host_of_its_own():
    assert host_of(streamkap(endpoint="sandbox")) == "sandbox"


@pytest.mark.parametrize(
    ("asked", "given", "memory", "scope"),
    [
        pytest.param(
            LINK,
            "",
            Lexicon(Journal(), desired(link_document("east", mirroring("*")))),
            LINK_SCOPE,
            id="a-link-says-what-it-is",
        ),
        pytest.param(
            ASKED,
            "",
            Lexicon(STARTED, BY_ID),
            source_scope(HOST, "id-pinned"),
            id="so-does-a-source-with-its-id-whatever-was-before",
        ),
        pytest.param(
            ASKED,
            "",
            Lexicon(replace(TWICE, bindings=(BOUND,)), BY_NAME),
            OTHER,
            id="a-name-means-what-it-meant-last",
        ),
        pytest.param(ASKED, "", Lexicon(STARTED, BY_NAME), SCOPE, id="else-what-it-was-written-as"),
        pytest.param(ASKED, "", Lexicon(STARTED, NOTHING), SCOPE, id="without-specs"),
        pytest.param(
            LINK, "", Lexicon(Journal(applied=(level("a"),)), NOTHING), LINK_SCOPE, id="by-a-level"
        ),
        pytest.param(
            ASKED,
            "",
            Lexicon(
                replace(
                    STARTED,
                    intents=(*STARTED.intents, known(intent("i3", 1, item(scope=ELSEWHERE)))),
                ),
                BY_NAME,
            ),
            SCOPE,
            id="only-at-the-host-that-the-specs-name",
        ),
        pytest.param(
            ASKED,
            "",
            Lexicon(
                replace(
                    STARTED, bindings=(BOUND,), words=(word(WordKind.FORGET, 1, "", scope=OTHER),)
                ),
                BY_NAME,
            ),
            SCOPE,
            id="a-forgotten-name-means-nothing",
        ),
        pytest.param(ASKED, SCOPE, Lexicon(TWICE, NOTHING), SCOPE, id="given-and-known"),
        pytest.param(
            ASKED,
            source_scope(HOST, "new"),
            Lexicon(Journal(), BY_NAME),
            source_scope(HOST, "new"),
            id="given-at-the-host-of-the-document",
        ),
        pytest.param(
            ASKED,
            OTHER,
            Lexicon(Journal(words=(word(WordKind.BREAK, 1, "", scope=OTHER),)), NOTHING),
            OTHER,
            id="given-and-known-from-a-word",
        ),
    ],
)
def test_a_name_leads_to_a_scope(asked, given, memory, scope):
    assert find_scope(asked, given, memory) == scope


@pytest.mark.parametrize(
    ("asked", "given", "memory", "told"),
    [
        pytest.param(
            ASKED,
            "",
            Lexicon(TWICE, NOTHING),
            f"Source/orders was 2 things in the course of time: {SCOPE}, {OTHER}; "
            "say which with --scope",
            id="several",
        ),
        pytest.param(
            ASKED,
            "",
            Lexicon(Journal(), NOTHING),
            f"neither the specs nor the ledger know Source/orders; {LOOK}",
            id="nobody-knows-it",
        ),
        pytest.param(
            ASKED,
            "",
            Lexicon(Journal(), BY_NAME),
            "the ledger does not know yet which source orders is; run `reconciler apply` once, put "
            "its sourceId into specs/a.yaml:1, or give --scope streamkap/sk.test/SOURCE_ID",
            id="only-the-vendor-could-tell",
        ),
        pytest.param(
            ASKED,
            LINK_SCOPE,
            Lexicon(STARTED, NOTHING),
            f"the scope of a Source begins with streamkap/; {LOOK}",
            id="given-for-another-kind",
        ),
        pytest.param(
            ASKED,
            OTHER,
            Lexicon(STARTED, NOTHING),
            f"the ledger knows no scope {OTHER}; {LOOK}",
            id="given-and-unknown",
        ),
        pytest.param(
            ASKED,
            "streamkap/far.test/x",
            Lexicon(STARTED, BY_NAME),
            f"the ledger knows no scope streamkap/far.test/x; {LOOK}",
            id="given-at-another-host",
        ),
        pytest.param(
            ASKED,
            "streamkap/sk.test/",
            Lexicon(STARTED, BY_NAME),
            f"the ledger knows no scope streamkap/sk.test/; {LOOK}",
            id="given-without-an-id",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_told(asked, given, memory, told):
    with pytest.raises(UsageError) as caught:
        find_scope(asked, given, memory)

    assert str(caught.value) == told


def test_a_document_is_found_by_kind_and_name():
    specs = desired(source_document("orders"), link_document("orders"))

    assert document_of(Selector(Kind.CLUSTER_LINK, "orders", "t"), specs) == specs.links[0]
    assert document_of(Selector(Kind.SOURCE, "order"), specs) is None


def test_other_scopes_of_the_same_name_are_hinted_at():
    assert elsewhere(ORDERS, OTHER, STARTED) == (
        f"; it also knows Source/orders as {SCOPE}, for --scope"
    )
    assert elsewhere(ORDERS, SCOPE, STARTED) == ""
    assert elsewhere(Address(Kind.SOURCE, "x"), SCOPE, STARTED) == ""
    assert elsewhere(EAST, "", Journal(applied=(level("a"),))).endswith(
        f"{LINK_SCOPE}, for --scope"
    )

"""What documents name that does not exist, and whose claim a topic is."""

import pytest

from reconciler.core.documents import group_of, missing
from tests.support.specs import NOW, completed, halt, idle, source_document, unmanaged


def _group(*documents):
    return group_of(documents, None, NOW)


def test_claims_come_in_order_of_address_with_the_rank_of_their_rule():
    group = _group(
        source_document("b", idle("x")), source_document("a", unmanaged("y"), completed("x", "y"))
    )

    claims = group.claims("x")

    assert [(str(c.address), c.rank, c.literal) for c in claims] == [
        ("Source/a", (0, 1), True),
        ("Source/b", (1, 0), True),
    ]
    assert group.claims("y") == ()


def test_the_halt_of_a_document_comes_before_that_of_its_connection():
    own, other = halt("own", days=1), halt("other", days=9)
    group = group_of([source_document("a", idle("*"), suspend=own)], other, NOW)

    assert [c.suspend for c in group.claims("x")] == [own]


def test_what_an_unmanaged_rule_names_need_not_exist():
    assert missing(_group(source_document("a", unmanaged("x", "y*"))), [], "V") == ([], [])


def test_two_documents_that_name_a_missing_topic_are_both_told():
    group = _group(source_document("a", idle("x")), source_document("b", completed("x")))

    findings, _ = missing(group, ["y"], "V")

    assert [str(f.address) for f in findings] == ["Source/a/x", "Source/b/x"]


@pytest.mark.parametrize(
    ("known", "advice"),
    [
        ([], "create it, or take it out of the spec"),
        (["zzz"], "create it, or take it out of the spec"),
        (["public.orders", "public.order_lines"], "did you mean public.orders?"),
    ],
)
def test_the_advice_names_what_is_alike(known, advice):
    findings, _ = missing(_group(source_document("a", idle("public.order"))), known, "V")

    assert findings[0].advice == advice
    assert findings[0].reason == "not known to V (yet)"


def test_a_glob_that_matches_only_what_an_earlier_rule_takes_is_no_warning():
    group = _group(source_document("a", idle("x1"), completed("x*", "y*")))

    _, warnings = missing(group, ["x1"], "V")

    assert warnings == ["specs/a.yaml:22: Source/a: y* matches no topic"]

"""Which rule of a document names a topic."""

import pytest

from reconciler.core.match import NONE, compile_rules, nearest
from reconciler.model.desired import Pattern
from tests.support.specs import RULE, patterns


def _rule_of(rules: list[list[str]], topic: str) -> int | None:
    return compile_rules(patterns(texts) for texts in rules).rule_of(topic)


@pytest.mark.parametrize(
    ("rules", "topic", "index"),
    [
        ([], "a", None),
        ([["a"]], "a", 0),
        ([["a"]], "b", None),
        ([["a"]], "A", None),
        ([["a"]], "aa", None),
        ([["*"]], "", 0),
        ([["*"]], "a.b.c", 0),
        ([["a*c"]], "a.b.c", 0),
        ([["a.*"]], "a.b.c", 0),
        ([["a.*"]], "ab.c", None),
        ([["a.*"]], "b.a.c", None),
        ([["A*"]], "ab", None),
        ([["a?"]], "ab", 0),
        ([["a?"]], "a", None),
        ([["[ab]x"]], "bx", 0),
        ([["[!ab]x"]], "bx", None),
        ([["[!ab]x"]], "cx", 0),
        ([["a[b"]], "a[b", 0),
        ([["a*"]], "a\nb", 0),
        ([["a.b"]], "axb", None),
        ([["a", "b"], ["c"]], "c", 1),
        ([["a*"], ["ab"]], "ab", 0),
        ([["ab"], ["a*"]], "ab", 0),
        ([["ab"], ["a*"]], "ac", 1),
        ([["x*", "a"], ["a*"]], "a", 0),
        ([["b*"], ["*a*"], ["a*"]], "ab", 1),
        ([["a*b*c"], ["a*"]], "axbxc", 0),
        ([["a*b*c"], ["a*"]], "axbx", 1),
        ([["(a)|b", "x(?P<n>*"], ["y"]], "x(?P<n>z", 0),
    ],
)
def test_the_first_rule_that_matches(rules, topic, index):
    assert _rule_of(rules, topic) == index


@pytest.mark.parametrize(
    ("rules", "literal"),
    [
        ([["a"]], True),
        ([["a*"], ["a"]], False),
        ([["a"], ["a*"]], True),
        ([["*"]], False),
        ([], False),
    ],
)
def test_a_name_is_spelt_out_where_the_winning_rule_spells_it_out(rules, literal):
    assert compile_rules(patterns(texts) for texts in rules).is_literal("a") == literal


@pytest.mark.parametrize(
    ("text", "literal"),
    [("a.b", True), ("a*", False), ("a?", False), ("a[b", False), ("a]b", True), ("", True)],
)
def test_a_pattern_is_literal_without_the_signs_of_a_glob(text, literal):
    assert Pattern(text, RULE).is_literal == literal


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("orders", ["order", "orders2"], "orders2"),
        ("orders", ["zzz"], ""),
        ("orders", [], ""),
        ("orders", ["order1", "order2"], "order2"),
        ("orders", ["order2", "order1"], "order2"),
        ("public.nonsense", ["public.t0"], ""),
        ("public.foo", ["public.t0", "public.food"], "public.food"),
        ("orders", ["public.orders", "public.t0"], "public.orders"),
        ("publc.orders", ["public.orders"], "public.orders"),
        ("Public.Orders", ["public.orders"], "public.orders"),
        ("source_67ad6e0af08a2365c729ba79.public.orders", ["public.orders"], "public.orders"),
        ("source_67ad6e0af08a2365c729ba79.orders", ["public.t0"], ""),
        (
            "source_67ad6e0af08a2365c729ba79.order",
            ["source_67ad6e0af08a2365c729ba79.orders"],
            "source_67ad6e0af08a2365c729ba79.orders",
        ),
    ],
)
def test_the_nearest_name_does_not_depend_on_the_order(name, known, expected):
    assert nearest(name, known) == expected


@pytest.mark.parametrize("in_order", [sorted, list], ids=["sorted", "unsorted"])
@pytest.mark.parametrize(
    "rules",
    [
        [["a.*"], ["b", "a.b"], ["*"]],
        [["b"], ["a.b", "b*"]],
        [["a.b"], ["a.*", "b*"], ["a.c"]],
        [["?.b"], ["a*"], ["a.b"]],
        [["a*b"], ["*"], ["a"]],
        [["a"]],
    ],
)
def test_many_topics_at_once_have_the_rules_that_each_has_alone(rules, in_order):
    names = in_order(["", "a", "b", "a.b", "a.c", "b.a", "c", "bb", "ab", "a.b.c"])
    matcher = compile_rules(patterns(texts) for texts in rules)
    alone = [matcher.rule_of(name) for name in names]

    assert matcher.rules_of(names) == [NONE if index is None else index for index in alone]

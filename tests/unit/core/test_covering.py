import pytest

from reconciler.core.covering import cover, entangled, is_plain, only


@pytest.mark.parametrize(
    ("wanted", "others", "patterns"),
    [
        pytest.param([], ["a.b"], (), id="nothing"),
        pytest.param(["a.b"], [], ("a.b",), id="one-stands-for-itself"),
        pytest.param(["a.b", "a.c"], [], ("a.*",), id="by-schema"),
        pytest.param(["a.b", "a.c", "d.e"], [], ("a.*", "d.e"), id="schema-and-one"),
        pytest.param(["a.b", "a.c"], ["a.d"], ("a.b", "a.c"), id="schema-is-shared"),
        pytest.param(["a.o_b", "a.o_c"], ["a.d"], ("a.o_*",), id="deeper-where-shared"),
        pytest.param(["a-b", "a-c", "a_d"], ["ab"], ("a-*", "a_d"), id="other-joints"),
        pytest.param(["a.b", "a.c"], ["a."], ("a.b", "a.c"), id="the-prefix-itself-is-another"),
        pytest.param(["a.", "a.b"], ["a"], ("a.*",), id="the-prefix-itself-is-wanted"),
        pytest.param(["__x_a", "__x_b"], ["_y"], ("__x_*",), id="joints-in-front-begin-nothing"),
        pytest.param(["ab", "ac"], ["b"], ("ab", "ac"), id="no-joint"),
        pytest.param(["a*.b", "a*.c"], ["ax.b"], ("a[*].*",), id="signs-of-globs-in-the-prefix"),
        pytest.param(["a?b", "[x]"], ["axb"], ("[[]x]", "a[?]b"), id="signs-of-globs"),
        pytest.param(["a\t.b", "a\t.c"], [], ("a?.b", "a?.c"), id="no-glob-behind-a-hidden-sign"),
        pytest.param(["b", "a", "a"], [], ("a", "b"), id="sorted-and-once"),
    ],
)
def test_a_cover(wanted: list[str], others: list[str], patterns: tuple[str, ...]) -> None:
    assert cover(wanted, others) == patterns


def test_ten_thousand_names_become_the_few_patterns_that_they_are() -> None:
    active = [f"team{n % 40}.orders.{n}" for n in range(10_000)]
    paused = [f"freeze{n % 7}.{n}" for n in range(10_000)]

    assert cover(paused, active) == tuple(f"freeze{n}.*" for n in range(7))


def test_names_of_two_classes_that_alternate_stand_for_themselves() -> None:
    names = [f"topic.{n:05}" for n in range(20_000)]

    assert cover(names[::2], names[1::2]) == tuple(names[::2])


@pytest.mark.parametrize(
    ("text", "plain"),
    [("orders.new", True), ("日本", True), ("a b", False), ("a\tb", False), ("\u200b", False)],
)
def test_what_a_spec_can_hold(text: str, plain: bool) -> None:
    assert is_plain(text) is plain


def test_a_pattern_is_as_long_as_its_name_where_no_sign_means_more() -> None:
    assert only("a b\u200b*") == "a?b?[*]"


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        pytest.param(["a b", "acb", "ac"], (frozenset({"a b", "acb"}),), id="with-a-plain-one"),
        pytest.param(["a b", "a\tb"], (frozenset({"a b", "a\tb"}),), id="with-each-other"),
        pytest.param(["a b", "abb b"], (), id="apart"),
        pytest.param(["a", "b"], (), id="plain-names-never"),
        pytest.param(
            ["a b c", "a bxc", "axb c"],
            (frozenset({"a b c", "a bxc", "axb c"}),),
            id="two-places",
        ),
    ],
)
def test_names_that_cannot_be_told_apart(names: list[str], groups: tuple[object, ...]) -> None:
    assert entangled(names) == groups

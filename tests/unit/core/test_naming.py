import re

import pytest

from reconciler.core.naming import distinct, slug, surest

NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Orders Postgres", "orders-postgres"),
        ("Überweisungen_2", "uberweisungen-2"),
        ("--.x.--", "x"),
        ("日本", "source"),
        ("", "source"),
        ("null", "null"),
        ("a" * 80, "a" * 63),
        ("a" * 62 + "-bcd", "a" * 62),
    ],
)
def test_a_slug_is_a_name(text: str, name: str) -> None:
    assert slug(text, "source") == name
    assert NAME.fullmatch(name)


def test_the_surest_name_tells_identities_apart() -> None:
    names = {surest("x", "a", "bc"), surest("x", "ab", "c"), surest("x", "\ud800")}

    assert len(names) == 3
    assert all(NAME.fullmatch(name) for name in names)


def test_nobody_gets_a_name_that_several_want() -> None:
    assert distinct([("a", "a-1"), ("a", "a-2"), ("b", "b-3")]) == ("a-1", "a-2", "b")


def test_a_name_that_is_taken_is_left_to_its_owner() -> None:
    assert distinct([("a", "a-1")], {"a"}) == ("a-1",)


def test_longer_names_are_tried_in_turn() -> None:
    wishes = [("w", "c1-w", "w-1"), ("w", "c2-w", "w-2"), ("c2-w", "c3-w", "w-3")]

    assert distinct(wishes) == ("c1-w", "w-2", "c3-w")


def test_the_last_name_is_kept_even_where_it_is_taken() -> None:
    assert distinct([("a",)], {"a"}) == ("a",)

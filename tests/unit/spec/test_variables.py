"""`${NAME}` in a text."""

import pytest

from reconciler.spec.variables import Stray, Token, Variable, escaped, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("${A}", (Variable("A"),)),
        ("a-${A}-b", ("a-", Variable("A"), "-b")),
        ("${A}${B_2}", (Variable("A"), Variable("B_2"))),
        ("$${A}", ("${A}",)),
        ("x$${A}${A}", ("x${A}", Variable("A"))),
        ("$$${A}", ("$${A}",)),
        ("$A $ $$ {A}", ("$A $ $$ {A}",)),
        ("${}", (Stray(), "}")),
        ("${1A}", (Stray(), "1A}")),
        ("${A:-b}", (Stray(), "A:-b}")),
        ("${ A }", (Stray(), " A }")),
        ("${A", (Stray(), "A")),
    ],
)
def test_a_text_is_cut_into_what_it_means(text: str, expected: tuple[Token, ...]):
    assert tokens(text) == expected


@pytest.mark.parametrize("text", ["", "a", "${A}", "$${A}", "$$${", "${${", "$", "a$${b${"])
def test_an_escaped_text_means_itself(text: str):
    assert "".join(map(str, tokens(escaped(text)))) == text

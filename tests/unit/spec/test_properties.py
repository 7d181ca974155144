"""Whatever a person writes, the answer is a value or diagnostics: never another exception."""

from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import Diagnostic, SpecInvalid
from reconciler.model.call import Json
from reconciler.spec import load
from tests.unit.spec.writing import CONNECTIONS, NOW, account, completed, link, mirror, source

SECRET = "hunter2"
VALID = [
    CONNECTIONS + completed("since: 2026-01-01T00:00:00Z\nonFailure: {retry: 3}\nfilter: a = 1"),
    CONNECTIONS + source("- {topics: [a, 'b*'], state: idle}\n- {topics: [c], state: unmanaged}\n"),
    CONNECTIONS + link("- {topics: [a], state: paused, until: never}\n"),
    CONNECTIONS + mirror("state: active\nreason: b"),
    account(
        "auth: {clientId: {env: A}, clientSecret: {file: b}}\nlimits: {burst: 1}\nlag: 5s\n",
        "https://api.streamkap.com",
    ),
]
SIGNS = st.sampled_from(
    [
        "[",
        "]",
        "{",
        "}",
        ": ",
        ", ",
        "\n",
        "  ",
        "\t",
        "- ",
        "? ",
        "---\n",
        "...\n",
        "&a ",
        "*a",
        "!b ",
        "<<: ",
        "'",
        '"',
        "|\n",
        "#",
        "%",
        "@",
        "\x00",
        "\x01",
        "\r",
        "\u2028",
        "\ufeff",
        "é",
        "null",
        "yes",
        "010",
        "1e5",
        "2026-01-01",
        "completed",
        "kind",
        "x" * 300,
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | SIGNS
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | SIGNS, inner, max_size=3)
    ),
    max_leaves=6,
)


def read(data: bytes) -> str:
    """Everything that is said of a file; whether it is valid does not matter here."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.yaml"
        path.write_bytes(data)
        diagnostics: tuple[Diagnostic, ...] = ()
        try:
            load([path], now=NOW)
        except SpecInvalid as error:
            diagnostics = error.diagnostics
    lines = [str(item) for item in diagnostics]

    assert [line for line in lines if "\n" in line] == []

    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes):
    read(data)


@settings(max_examples=150, deadline=None)
@given(st.lists(SIGNS | st.text(max_size=5), max_size=30).map("".join))
def test_any_text_of_signs_that_yaml_knows(text: str):
    read(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(VALID), st.data())
def test_a_valid_text_with_something_in_it(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))

    read((text[:start] + data.draw(SIGNS) + text[end:]).encode())


def replaced(document: Json, data: st.DataObject, depth: int = 0) -> object:
    """A document with one value, key or item somewhere in it replaced."""
    if isinstance(document, dict) and document and (depth < 1 or data.draw(st.booleans())):
        key = data.draw(st.sampled_from(sorted(document)))
        if data.draw(st.integers(0, 5)) == 0:
            return document | {data.draw(st.text(max_size=5) | SIGNS): document[key]}
        return document | {key: replaced(document[key], data, depth + 1)}
    if isinstance(document, list) and document and data.draw(st.booleans()):
        return [replaced(document[0], data, depth + 1), *document[1:]]
    return data.draw(VALUES)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(VALID), st.data())
def test_a_valid_document_with_another_value_in_it(text: str, data: st.DataObject):
    documents = [replaced(item, data) for item in yaml.load_all(text, Loader=yaml.BaseLoader)]

    read(yaml.safe_dump_all(documents, allow_unicode=data.draw(st.booleans())).encode())


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            "auth: {X}",
            "auth: {clientId: {X}, clientSecret: {X: X}}",
            "auth: {clientId: X, clientSecret: [X]}",
            "auth: {clientId: {env: 'X X', file: X}, clientSecret: {env: {X: 1}}}",
            "auth: {clientId: !X 1, clientSecret: !!X X}",
            "auth: {clientId: *X, clientSecret: &X X}",
            'auth: {clientId: "X\\e", clientSecret: "X\\q"}',
            "auth: {clientId: {X: 1, X: 2}, clientSecret: {? [X] : X}}",
            "auth: X",
            "auth: [X, X",
            "endpoint: https://X:X@api.streamkap.com",
            "endpoint: https://api.streamkap.com?X",
        ]
    ),
    st.sampled_from([SECRET, f"{SECRET}: ", f"'{SECRET}", f"{SECRET}\t", f"0{SECRET}"]),
)
def test_no_error_quotes_a_secret(field: str, secret: str):
    spec = account(field.replace("X", secret) + "\n", "https://api.streamkap.com")

    assert SECRET not in read(spec.encode())

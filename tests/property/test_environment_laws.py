"""Laws of values files: merge patches do what RFC 7396 says, and values change nothing else."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.digest import digest
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.call import Json
from reconciler.spec import Chosen, load, load_whole
from reconciler.spec.composing import Composed, compose
from reconciler.spec.patching import merged
from reconciler.spec.plain import Budget, Written, read_document
from reconciler.spec.resulting import Resulting, as_yaml
from reconciler.spec.shaping import shape
from reconciler.spec.values import Values
from reconciler.spec.variables import escaped, tokens
from tests.unit.spec.writing import CONNECTIONS, NOW

NAMES = st.sampled_from(["a", "b", "c", "d"])
TEXTS = st.text(st.sampled_from("ab$ {}:#'\"\\-é[]*&!1.,"), max_size=8)
LEAVES = st.one_of(TEXTS, st.booleans(), st.integers(-9, 9))


def values(*leaves: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.recursive(
        st.one_of(LEAVES, *leaves),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)
        ),
        max_leaves=12,
    )


DOCUMENTS = st.dictionaries(NAMES, values(), max_size=4)
PATCHES = values(st.none())


def rfc(target: Json, patch: Json) -> Json:
    """The function of RFC 7396, section 2, word by word."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = rfc(result.get(name), value)
    return result


def node(value: Json) -> yaml.Node:
    (found,) = compose(yaml.safe_dump(value, allow_unicode=True))
    assert isinstance(found, Composed)
    return found.root


def plain(root: yaml.Node) -> Json:
    read = read_document(Composed(root, 0), Budget(10_000))
    assert isinstance(read, Written)
    return read.value


@given(DOCUMENTS, PATCHES)
def test_a_patch_does_what_the_standard_says(document: Json, patch: Json) -> None:
    assert plain(merged(node(document), node(patch))) == rfc(document, patch)


@given(DOCUMENTS, PATCHES)
def test_a_patch_changes_neither_itself_nor_what_it_is_laid_over(
    document: Json, patch: Json
) -> None:
    below, above = node(document), node(patch)
    merged(below, above)

    assert (plain(below), plain(above)) == (document, patch)


@given(DOCUMENTS, PATCHES)
def test_laid_over_twice_is_laid_over_once(document: Json, patch: Json) -> None:
    once = merged(node(document), node(patch))

    assert plain(merged(once, node(patch))) == plain(once)


@given(DOCUMENTS)
def test_an_empty_patch_changes_nothing(document: Json) -> None:
    assert plain(merged(node(document), node({}))) == document


@given(DOCUMENTS)
def test_what_has_no_variable_is_not_changed_by_values(document: Json) -> None:
    text = yaml.safe_dump(document, allow_unicode=True)
    (composed,) = compose(text)
    assert isinstance(composed, Composed)
    shaped = shape(composed, Values("prod", "prod.yaml"), has_variables=True)

    expected = document if "${" not in text else None
    assert expected is None or plain(shaped.composed.root) == expected


@given(TEXTS)
def test_every_text_can_be_escaped(text: str) -> None:
    assert "".join(map(str, tokens(escaped(text)))) == text


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_no_two_plain_texts_stand_in_a_row(parts: list[str]) -> None:
    found = tokens("".join(parts))

    assert not any(isinstance(a, str) and isinstance(b, str) for a, b in itertools.pairwise(found))


SPEC = """\
apiVersion: reconciler.dev/v1alpha1
kind: Source
metadata: {name: s}
spec:
  connection: streamkap
  source: orders
  snapshots:
    - {topics: [a], state: completed, maxAge: 3d, filter: "<${A}>${B}"}
"""


@given(TEXTS, TEXTS.filter(bool))
def test_values_arrive_sign_by_sign_and_what_is_shown_reads_back_as_the_same(
    one: str, other: str
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        for name in ("specs", "values"):
            (folder / name).mkdir()
        (folder / "specs/a.yaml").write_text(CONNECTIONS + SPEC, encoding="utf-8")
        written = {"A": escaped(one), "B": escaped(other)}
        document = "".join(
            f"  {k}: '{v.replace(chr(39), chr(39) * 2)}'\n" for k, v in written.items()
        )
        (folder / "values/prod.yaml").write_text(f"values:\n{document}", encoding="utf-8")
        loaded = load_whole([folder / "specs"], now=NOW, chosen=Chosen("prod"))
        shown = "---\n".join(map(as_yaml, loaded.documents))
        (folder / "specs/a.yaml").write_text(shown, encoding="utf-8")
        again = load([folder / "specs"], now=NOW)

    (source,), (read,) = loaded.desired.sources, again.sources
    assert source.rules[0].filter == f"<{one}>{other}"
    assert read.digest == source.digest


@given(DOCUMENTS.filter(bool))
def test_what_is_shown_of_any_document_reads_back_as_the_same(document: Json) -> None:
    assert isinstance(document, dict)
    made = Resulting(Address(Kind.SOURCE, "s"), Origin("a", 1), document, {})
    (composed,) = compose(as_yaml(made))
    assert isinstance(composed, Composed)
    read = plain(shape(composed, None, has_variables=True).composed.root)

    assert digest(read) == digest(document)

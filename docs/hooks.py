"""What the site needs beside its configuration: anchors, links out of `docs/`, and a full navigation.

The pages are written to be read where the repository is shown, too. There, headings get their anchors
by GitHub's rule, and links may lead to any file of the repository. Files outside `docs/` that a page
links to are laid into the site below `source/`, as text; a folder becomes a list of its files.
"""

import re
from collections.abc import Callable
from pathlib import Path

from properdocs.config.defaults import ProperDocsConfig
from properdocs.structure.files import File, Files
from properdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
LINK = re.compile(r"(\]\(|srcset=\"|src=\")([^)\s\"]+)")
FENCE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
MARKDOWN = ".md"


def slug(text: str, separator: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", separator)


def on_config(config: ProperDocsConfig) -> ProperDocsConfig:
    """Anchors by GitHub's rule; every page has a place in the navigation."""
    config.mdx_configs.setdefault("toc", {})["slugify"] = slug
    named = set(re.findall(r"[\w/.-]+\.md", str(config.nav)))
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    decisions = [page for page in pages if page.startswith("decisions/")]
    others = [page for page in pages if page not in named and page not in decisions]
    config.nav.append({"Decisions": decisions})
    if others:
        config.nav.append({"More": others})
    return config


def on_files(files: Files, config: ProperDocsConfig) -> Files:
    """Lay what pages link to outside of `docs/` into the site."""
    for target in sorted(_outside()):
        if target.is_dir():
            text = _listing(target)
        elif target.suffix == MARKDOWN:
            text = _kept(target.read_text(encoding="utf-8"), target)
        else:
            text = target.read_text(encoding="utf-8")
        files.append(File.generated(config, _laid(target), content=text))
    for folder in sorted(path for path in DOCS.rglob("*") if _is_linked_folder(path)):
        name = f"{folder.relative_to(DOCS).as_posix()}/index.md"
        files.append(File.generated(config, name, content=_listing(folder)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Let links out of `docs/` lead to where the files were laid."""
    if page.file.generated_by:
        return markdown
    return _outward(markdown, (DOCS / page.file.src_uri).parent, page.file.src_uri.count("/"))


def _outward(markdown: str, folder: Path, depth: int) -> str:
    """A page's text with its links changed, but for what stands in code."""

    def changed(found: re.Match[str]) -> str:
        path, _, anchor = found[2].partition("#")
        if not path or ":" in path:
            return found[0]
        target = (folder / path).resolve()
        if target.is_dir():
            path = f"{path.rstrip('/')}/index.md"
        if not target.is_relative_to(DOCS) and target.is_relative_to(ROOT):
            path = "../" * depth + _laid(target)
        return f"{found[1]}{path}{'#' if anchor else ''}{anchor}"

    return _beside_code(markdown, changed)


def _kept(text: str, target: Path) -> str:
    """A Markdown file from outside, whose links into the site are kept and whose others are text."""
    depth = len(target.relative_to(ROOT).parts)

    def changed(found: re.Match[str]) -> str:
        path, _, anchor = found[2].partition("#")
        if ":" in path or not path:
            return found[0]
        there = (target.parent / path).resolve()
        tail = f"{'#' if anchor else ''}{anchor}"
        if there.is_relative_to(DOCS):
            inside = there.relative_to(DOCS).as_posix() + ("/index.md" if there.is_dir() else "")
            return f"{found[1]}{'../' * depth}{inside}{tail}"
        return f"{found[1]}{'../' * depth}{_laid(there)}{tail}"

    return _beside_code(text, changed)


def _beside_code(text: str, changed: Callable[[re.Match[str]], str]) -> str:
    """A text with its links changed, but for what only looks like one."""
    parts = re.split(f"({FENCE.pattern})", text, flags=FENCE.flags)
    return "".join(
        part if number % 2 else LINK.sub(changed, part) for number, part in enumerate(parts)
    )


def _laid(target: Path) -> str:
    """Where something outside `docs/` is in the site; no name there begins with a dot."""
    name = f"source/{target.relative_to(ROOT).as_posix()}".replace("/.", "/")
    if target.is_dir():
        return f"{name}/index.md"
    return name if target.suffix == MARKDOWN else f"{name}.txt"


def _links(page: Path) -> set[Path]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    paths = (found[2].partition("#")[0] for found in LINK.finditer(text))
    there = ((page.parent / path).resolve() for path in paths if path and ":" not in path)
    return {path for path in there if path.exists() and path.is_relative_to(ROOT)}


def _outside() -> set[Path]:
    """Everything outside `docs/` that a page, or what it leads to, links to."""
    found: set[Path] = set()
    waiting = sorted(DOCS.rglob("*.md"))
    while waiting:
        for target in _links(waiting.pop()):
            if target in found or target.is_relative_to(DOCS) or target == ROOT:
                continue
            found.add(target)
            if target.suffix == MARKDOWN:
                waiting.append(target)
    return found


def _is_linked_folder(path: Path) -> bool:
    return path.is_dir() and not (path / "index.md").exists() and path.name == "decisions"


def _listing(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith((".", "_")))
    inside = folder.is_relative_to(DOCS)
    lines = [f"- [{name}]({name})" if inside else f"- `{name}`" for name in names]
    return "\n".join([f"# {folder.relative_to(ROOT).as_posix()}", "", *lines]) + "\n"

"""The charts of the README, drawn from `results.json`: requests and time against topics.

    python -m benchmarks.charts [FOLDER]

One file for light pages and one for dark ones. The same results give the same picture.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

from benchmarks.curves import WHO
from benchmarks.keeping import JSON
from benchmarks.processes import ROOT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

IMAGES = ROOT / "docs" / "images"
DASHES = {"naive": "-", "ten": "--", "ours": "-", "floor": ":"}
MARKS = {"naive": "s", "ten": "D", "ours": "o", "floor": ""}


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of one kind of page.

    Attributes:
        name: In the file's name.
        paper: Behind everything.
        ink: Text and axes.
        lines: By who.
    """

    name: str
    paper: str
    ink: str
    lines: Mapping[str, str]


THEMES = (
    Theme(
        "light",
        "#ffffff",
        "#1f2328",
        {"naive": "#bc4c00", "ten": "#9a6700", "ours": "#0969da", "floor": "#1f2328"},
    ),
    Theme(
        "dark",
        "#0d1117",
        "#e6edf3",
        {"naive": "#ffa657", "ten": "#e3b341", "ours": "#58a6ff", "floor": "#e6edf3"},
    ),
)


def draw(points: Sequence[Mapping[str, object]], theme: Theme, path: Path) -> None:
    """Draw both charts into one file.

    Args:
        points: What was measured.
        theme: Colours.
        path: Where to.
    """
    mpl.use("Agg")
    from matplotlib.figure import Figure  # noqa: PLC0415 - only after the way of drawing is chosen

    colours = {f"{part}.color": theme.ink for part in ("text", "xtick", "ytick")} | {
        "axes.labelcolor": theme.ink,
        "axes.edgecolor": theme.ink,
    }
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 10, **colours}):
        figure = Figure(figsize=(9, 3.6), dpi=100, facecolor=theme.paper, layout="constrained")
        requests, seconds = figure.subplots(1, 2)
        _lines(requests, points, "requests", theme)
        _lines(seconds, points, "seconds", theme)
        handles, labels = requests.get_legend_handles_labels()
        place = {"loc": "outside upper center", "ncols": 4, "frameon": False}
        figure.legend(handles, labels, fontsize=9, columnspacing=1.4, **place)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Software": None})


def _lines(axes: "Axes", points: Sequence[Mapping[str, object]], what: str, theme: Theme) -> None:
    for who, name in WHO.items():
        mine = sorted((p["topics"], p[what]) for p in points if p["who"] == who)
        if what == "requests" and who == "ten":
            mine = []  # it lies on the line of the plain loop
        axes.plot(
            [x for x, _ in mine],
            [y for _, y in mine],
            DASHES[who],
            marker=MARKS[who],
            markersize=4,
            linewidth=3 if who == "ours" else 1.8,
            color=theme.lines[who],
            label=name,
        )
    axes.set(facecolor=theme.paper, xscale="log", yscale="log")
    axes.set_xlabel("mirror topics to pause")
    axes.set_title({"requests": "requests", "seconds": "seconds, an answer after 50 ms"}[what])
    sizes = sorted({p["topics"] for p in points})
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(visible=True, color=theme.ink, alpha=0.15)
    axes.spines[["top", "right"]].set_visible(False)


def main(folder: Path) -> None:
    """Draw all files.

    Args:
        folder: Where to.
    """
    found = json.loads(JSON.read_text(encoding="utf-8"))
    for theme in THEMES:
        draw(found["curves"], theme, folder / f"calls-{theme.name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else IMAGES)

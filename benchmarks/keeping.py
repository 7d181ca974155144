"""What is kept of a run: `results.json` for machines, `results.md` and a block of the README for people.

The JSON is the truth. The other two are written from it and nothing else, so that no number stands
anywhere that was not measured; a test holds them to that. Of a run with `--only`, only its rows are
replaced; each row bears the day of its run.
"""

import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from benchmarks.curves import WHO, Point
from benchmarks.processes import ROOT
from benchmarks.rows import Line

Kept: TypeAlias = Mapping[str, object]

JSON = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "benchmarks" / "results.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LIBRARIES = ("anyio", "httpx", "msgspec", "pydantic", "pyyaml")
SHOWN = ("links", "sources", "validate", "command", "pause", "fleet")
"""The rows that the README shows."""


def machine() -> dict[str, object]:
    """What it was measured on."""
    cores = os.cpu_count() or 1
    return {
        "processor": f"{cores} x {_processor()}",
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def kept(old: Kept, lines: Sequence[Line], points: Sequence[Point], at: datetime) -> Kept:
    """Old results with new ones in their place.

    Args:
        old: As they were kept, or empty.
        lines: What was measured.
        points: What the charts show; none keeps the old ones.
        at: When.
    """
    day, load = at.astimezone(UTC).strftime("%Y-%m-%d"), round(os.getloadavg()[0], 1)
    rows = {row["key"]: row for row in old.get("rows", [])}
    for line in lines:
        rows[line.key] = {**asdict(line), "is_ok": line.is_ok, "day": day, "load": load}
    curves = [point.plain() for point in points] or old.get("curves", [])
    return {"machine": machine(), "rows": list(rows.values()), "curves": curves}


def page(found: Kept) -> str:
    """The page for people.

    Args:
        found: What was kept.
    """
    host = found["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in host["libraries"].items())
    where = f"{host['processor']}, {host['memory_gb']} GB, {host['system']}"
    return "\n".join(
        (
            "# Speed, as it was measured",
            "",
            "Written by `make bench KEEP=1`; [how](README.md).",
            "",
            f"{where}, Python {host['python']}, {libraries}.",
            "",
            "| row | what | against | ours | floor | value | at most | | day | load |",
            "| --- | --- | --- | ---: | ---: | ---: | ---: | --- | --- | ---: |",
            *map(_row, found["rows"]),
            "",
            "What else was counted:",
            "",
            *_counted(found["rows"]),
            "",
            "## Pausing topics, an answer after 50 ms",
            "",
            *_curves(found["curves"]),
            "",
        )
    )


def _row(row: Kept) -> str:
    word = "ok" if row["is_ok"] else "**TOO SLOW**"
    cells = (
        f"`{row['key']}`",
        row["what"],
        row["against"],
        _time(row["ours"]),
        _time(row["floor"]),
        _value(row["value"], row["unit"]),
        _value(row["bound"], row["unit"]),
        word,
        row["day"],
        row["load"],
    )
    return f"| {' | '.join(map(str, cells))} |"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def _value(value: float, unit: str) -> str:
    match unit:
        case "MB":
            return f"{value:,.0f} MB"
        case "exponent":
            return f"{value:.2f}"
        case _:
            return f"{value:.2f} x"


def _counted(rows: Sequence[Kept]) -> Iterator[str]:
    for row in rows:
        facts = ", ".join(f"{name} {_number(n)}" for name, n in row["facts"].items())
        if facts:
            yield f"- `{row['key']}`: {facts}"


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _curves(points: Sequence[Kept]) -> Iterator[str]:
    found = {(point["who"], point["topics"]): point for point in points}
    yield f"| topics | {' | '.join(WHO.values())} |"
    yield f"| ---: |{' ---: |' * len(WHO)}"
    for size in sorted({point["topics"] for point in points}):
        mine = [found[who, size] for who in WHO]
        cells = (f"{p['requests']:,} requests, {p['seconds']:.2f} s" for p in mine)
        yield f"| {size} | {' | '.join(cells)} |"


def block(found: Kept) -> str:
    """What the README shows of it.

    Args:
        found: What was kept.
    """
    most = max(point["topics"] for point in found["curves"])
    last = {p["who"]: p for p in found["curves"] if p["topics"] == most}
    ours, naive, least = (
        f"{last[who]['requests']:,} requests and {last[who]['seconds']:.1f} s"
        for who in ("ours", "naive", "floor")
    )
    told = (
        f"To pause {most} mirror topics of one link takes {ours}, where each answer takes 50 ms. "
        f"The fewest that can do it, in a row, are {least}. A loop over the topics, with a call "
        f"and a poll for each, takes {naive}."
    )
    rows = [row for row in found["rows"] if row["key"] in SHOWN]
    table = (
        f"| {row['what']} | {row['against']} | {_time(row['ours'])} | {_time(row['floor'])} |"
        f" {_value(row['value'], row['unit'])} |"
        for row in rows
    )
    head = ("| what | against | ours | floor | times |", "| --- | --- | ---: | ---: | ---: |")
    return "\n".join((told, "", *head, *table))


def with_block(readme: str, found: Kept) -> str:
    """The README with that in its place.

    Args:
        readme: As it is.
        found: What was kept.
    """
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{block(found)}\n{END}{after}"


def read() -> Kept:
    """What was kept the last time."""
    return json.loads(JSON.read_text(encoding="utf-8")) if JSON.exists() else {}


def keep(lines: Sequence[Line], points: Sequence[Point], at: datetime) -> None:
    """Write all three.

    Args:
        lines: What was measured.
        points: What the charts show; none keeps the old ones.
        at: When.
    """
    found = kept(read(), lines, points, at)
    JSON.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(found), encoding="utf-8")
    if found["curves"]:
        text = README.read_text(encoding="utf-8")
        README.write_text(with_block(text, found), encoding="utf-8")

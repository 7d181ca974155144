"""What a checkup of connections found: a table for people, a document for programs."""

from collections.abc import Sequence

from reconciler import __version__
from reconciler.core.words import plural
from reconciler.model.call import Json
from reconciler.model.checkup import Check, Checkup, Level
from reconciler.render.json_view import FORMAT_VERSION
from reconciler.render.lines import EMPTY, Line, Style, Styled, line, table

_STYLES = {Level.OK: Style.GOOD, Level.WARN: Style.WARN, Level.FAIL: Style.BAD}


def text(checkups: Sequence[Checkup]) -> list[Line]:
    """A table per connection, and the settings to write.

    Args:
        checkups: One per connection.
    """
    rows: list[Line] = []
    for checkup in checkups:
        rows += [*_connection(checkup), EMPTY]
    return [*rows, line(Styled(_summary(checkups), Style.HEADING))]


def _connection(checkup: Checkup) -> list[Line]:
    title = f"Connection/{checkup.connection}"
    rows = [line(Styled(title, Style.HEADING), f"  {checkup.provider} at {checkup.endpoint}")]
    checks = checkup.examined.checks
    cells = table([(check.level.value, check.name, check.found) for check in checks])
    for check, (level, name, found) in zip(checks, cells, strict=True):
        rows.append(line("  ", Styled(level, _STYLES[check.level]), f"  {name}  {found}"))
        rows += [line("        next: ", check.advice)] if check.advice else []
    if checkup.examined.settings:
        rows.append(line("  ", Styled("Settings for its spec:", Style.FAINT)))
        rows += [line(f"    {name}: {value}") for name, value in checkup.examined.settings]
    return rows


def _summary(checkups: Sequence[Checkup]) -> str:
    checks = [check for checkup in checkups for check in checkup.examined.checks]
    counts = {level: sum(check.level is level for check in checks) for level in Level}
    parts = [f"{counts[Level.OK]} ok"]
    if counts[Level.WARN]:
        parts.append(plural(counts[Level.WARN], "warning"))
    parts.append(f"{counts[Level.FAIL]} failed")
    return f"Doctor: {', '.join(parts)} in {plural(len(checkups), 'connection')}."


def document(checkups: Sequence[Checkup]) -> dict[str, Json]:
    """All of it for a program.

    Args:
        checkups: One per connection.
    """
    failed = any(checkup.level is Level.FAIL for checkup in checkups)
    return {
        "format_version": FORMAT_VERSION,
        "reconciler_version": __version__,
        "outcome": "error" if failed else "ok",
        "connections": [
            {
                "name": checkup.connection,
                "provider": checkup.provider,
                "endpoint": checkup.endpoint,
                "level": checkup.level.value,
                "checks": [_check(check) for check in checkup.examined.checks],
                "settings": dict(checkup.examined.settings),
            }
            for checkup in checkups
        ],
    }


def _check(check: Check) -> Json:
    return {
        "name": check.name,
        "level": check.level.value,
        "found": check.found,
        "next": check.advice or None,
    }

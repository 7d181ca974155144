"""What a terminal shows while a command is under way: a value that events change, and its rows.

The rows are made for the width and height that the terminal has at that moment. Where there are more
sources and links than fit, those are shown on which somebody waits longest, and a total.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from reconciler.cli.progress import TITLES
from reconciler.core.words import plural, span
from reconciler.engine.events import Event, Stage
from reconciler.model.address import Address
from reconciler.model.progress import Part
from reconciler.records import Struct, field, replace
from reconciler.render.lines import Line, Style, Styled, columns, line, padded

MOST = 12
"""Rows of parts, however high the terminal."""
WIDE = 60
"""Columns from which on figures are written out."""
NAME = 8
"""Columns that a name keeps in any case."""
SHORT = {1_000_000_000: "G", 1_000_000: "M", 1_000: "k"}


class Board(Struct, frozen=True):
    """What is known of a command under way.

    Attributes:
        looking: Connections that were not heard of yet, in order.
        event: The last thing that happened, or None.
        parts: How far each source and link is, by connection and address.
        remaining: How long the calls still to be sent take, by connection.
        problems: Why connections answered nothing, by name.
    """

    looking: tuple[str, ...] = ()
    event: Event | None = None
    parts: Mapping[tuple[str, Address], Part] = field(default_factory=dict)
    remaining: Mapping[str, timedelta] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    def heed(self, event: Event) -> "Board":
        """The board after something happened.

        Args:
            event: What happened.
        """
        name = event.connection
        told = {(name, part.address): part for part in event.parts}
        others = self.parts if not told else {k: v for k, v in self.parts.items() if k[0] != name}
        remaining = {k: v for k, v in self.remaining.items() if k != name}
        if event.remaining:
            remaining[name] = event.remaining
        problems = {k: v for k, v in self.problems.items() if k != name}
        if event.problem:
            problems[name] = event.problem
        looking = tuple(other for other in self.looking if other != name)
        return replace(
            self,
            looking=looking,
            event=event,
            parts={**others, **told},
            remaining=remaining,
            problems=problems,
        )


class Moment(Struct, frozen=True):
    """What only the moment of drawing knows.

    Attributes:
        elapsed: Since the command began.
        sent: Requests that left so far, by connection.
    """

    elapsed: timedelta = timedelta()
    sent: Mapping[str, int] = field(default_factory=dict)


def rows(board: Board, moment: Moment, width: int, height: int) -> list[Line]:
    """A head, then a row per connection that is looked at, then one per source and link.

    Args:
        board: What is known.
        moment: What only the moment of drawing knows.
        width: Columns of the terminal.
        height: Rows of the terminal.
    """
    shown = [_head(board, moment)]
    room = max(1, min(MOST, height - 3))
    shown += _connections(board, moment, room)
    shown += _parts(list(board.parts.values()), width, max(0, room - len(shown) + 1))
    return shown


def _head(board: Board, moment: Moment) -> Line:
    event = board.event
    stage = event.stage if event else Stage.OBSERVE
    said = f": {event.text}" if event else ""
    count = f" [{event.done}/{event.total}]" if event and event.total else ""
    rest = max(board.remaining.values(), default=timedelta())
    left = f", at least {span(rest)} for the calls left" if rest.total_seconds() >= 1 else ""
    return line(
        Styled(f"{TITLES[stage]} {span(moment.elapsed)}", Style.HEADING), f"{count}{said}{left}"
    )


def _connections(board: Board, moment: Moment, room: int) -> list[Line]:
    bad = [line(Styled(f"  ! {text}", Style.BAD)) for text in list(board.problems.values())[:room]]
    names = board.looking[: max(0, room - len(bad) - 1)]
    found = [*bad, *(line(f"  {name}: observing{_sent(moment, name)}") for name in names)]
    hidden = len(board.looking) - len(names)
    if hidden:
        found.append(line(Styled(f"  ... and {plural(hidden, 'more connection')}", Style.FAINT)))
    return found


def _sent(moment: Moment, name: str) -> str:
    count = moment.sent.get(name, 0)
    return f", {plural(count, 'request')}" if count else ""


def _parts(parts: Sequence[Part], width: int, room: int) -> list[Line]:
    if not parts or room < 1:
        return []
    ranked = sorted(parts, key=_interest)
    shown = ranked if len(ranked) <= room else ranked[: room - 1]
    names = [str(part.address) for part in shown]
    figures = [_figures(part, width) for part in shown]
    widest = max(map(columns, figures), default=0)
    most = max(NAME, width - widest - 4)
    column = min(most, max(map(columns, names), default=0))
    found = [
        line("  ", padded(_cut(name, most), column), "  ", Styled(text, _style(part)))
        for part, name, text in zip(shown, names, figures, strict=True)
    ]
    return [*found, _total(parts, len(parts) - len(shown))] if len(parts) > len(shown) else found


def _interest(part: Part) -> tuple[bool, float, int, int, Address]:
    """Who is waited for longest comes first; what is done comes last."""
    percent = 101.0 if part.percent is None else part.percent
    is_done = part.done >= part.total
    return (is_done, percent, -(part.lag or 0), part.done - part.total, part.address)


def _style(part: Part) -> Style:
    return Style.FAINT if part.done >= part.total else Style.PLAIN


def _figures(part: Part, width: int) -> str:
    found = [f"{part.done}/{part.total}"]
    if part.done < part.total:
        found += [f"{part.percent:.0f} %"] if part.percent is not None else []
        if width >= WIDE:
            found += [part.state] if part.state else []
            if part.rows is not None and part.rows_total is not None:
                found.append(f"{_short(part.rows)} of {_short(part.rows_total)} rows")
        found += [f"{span(part.eta)} left"] if part.eta is not None else []
    if part.lag:
        found.append(f"lag {_short(part.lag)}")
    return "  ".join(found)


def _short(count: int) -> str:
    for size, letter in SHORT.items():
        if count >= size:
            return f"{count / size:.1f}{letter}"
    return str(count)


def _cut(name: str, most: int) -> str:
    """The end of a name tells more than its beginning."""
    return name if columns(name) <= most else f"…{name[-(most - 1) :]}"


def _total(parts: Iterable[Part], hidden: int) -> Line:
    mine = list(parts)
    done, total = sum(p.done for p in mine), sum(p.total for p in mine)
    text = f"  ... and {hidden} more; {done} of {total} topics in all"
    return line(Styled(text, Style.FAINT))

"""`reconciler dump`: specs for what exists."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from reconciler.cli.clusters import cluster_option, clusters_of
from reconciler.cli.files import write_all
from reconciler.cli.looking import chosen, look
from reconciler.cli.options import Common, common, common_of, paths_argument
from reconciler.cli.session import load_specs
from reconciler.core.dumping import Dumped, FoundDocument
from reconciler.core.naming import slug
from reconciler.core.words import plural
from reconciler.engine.surveying import SurveyAsk, survey
from reconciler.errors import UsageError
from reconciler.model.desired import Connection, Desired, DesiredLink, DesiredSource, ProviderName
from reconciler.records import Struct, replace
from reconciler.spec.filing import files_of
from reconciler.spec.writing import SCHEMA, document, file_head

_SCHEMA = Path("schemas") / "reconciler.schema.json"


class _Place(Struct, frozen=True):
    """Where files go.

    Attributes:
        folder: Their folder.
        force: Whether files that are there are replaced.
        stem: What the names of all files of the connection begin with.
    """

    folder: Path
    force: bool
    stem: str

    def is_ours(self, file: str) -> bool:
        """Whether a file may be one of an earlier dump of the connection."""
        path = Path(file)
        return path.name.startswith(self.stem) and _same(path.parent, self.folder)


@click.command("dump")
@paths_argument
@click.option("--connection", metavar="NAME", help="Of this one [default: the only one].")
@cluster_option
@click.option(
    "--snapshots",
    type=click.Choice(["unmanaged", "completed"]),
    default="unmanaged",
    show_default=True,
    help="Leave snapshots alone, or want those completed that are.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write files into this folder [default: print them].",
)
@click.option("--force", is_flag=True, help="With --out: replace files that are there.")
@common
@click.pass_context
def command(
    ctx: click.Context, /, paths: tuple[str, ...], out: Path | None, **given: object
) -> int:
    """Write specs for what exists, so that a plan with them changes nothing. Only reads.

    Reads connections from PATH, and writes a document for every source of the project, or for every
    link of the clusters, that no document in PATH speaks of. Where no level holds, topics are
    `unmanaged`, with the reason as a comment.

    \b
    Examples:  reconciler dump --connection streamkap-prod
               reconciler dump --connection streamkap-prod --snapshots completed --out specs/
               reconciler dump --connection confluent-prod --cluster lkc-abc123 --out specs/

    Exit codes: 0 written, 1 something could not be observed, 2 usage or invalid specs.
    """
    shared = common_of(ctx)
    force, completed = bool(given["force"]), given["snapshots"] == "completed"
    if force and out is None:
        raise UsageError("--force replaces files, and none are written; add --out DIR")
    desired = load_specs(paths, shared)
    name = given["connection"]
    connection = chosen(desired, name if isinstance(name, str) else None)
    if completed and connection.provider is ProviderName.CONFLUENT:
        raise UsageError(f"--snapshots is for Streamkap, and {connection.name} leads to Confluent")
    clusters = given["clusters"]
    known = clusters_of(desired, [connection], clusters if isinstance(clusters, tuple) else ())
    ids = sorted(known.get(connection.name, ()))
    if connection.provider is ProviderName.CONFLUENT and not ids:
        raise UsageError(
            "which clusters? Confluent's REST API does not list them; say --cluster lkc-abc123, "
            "once for each"
        )
    place = _Place(out, force, f"{slug(connection.name, 'connection')}-") if out else None
    stays = _staying(desired, place)
    dumped = _dump(shared, SurveyAsk(connection, ids, stays, completed, shared.now))
    if place is None:
        _print(shared, connection, dumped)
    else:
        _write(shared, connection, dumped, (place, desired))
    return 1 if dumped.unread else 0


def _dump(shared: Common, ask: SurveyAsk) -> Dumped:
    dumped = look(
        shared,
        [ask.connection],
        lambda providers, listen: survey(providers[ask.connection.name], ask, listen),
    )
    for sentence in dumped.left_out:
        shared.console.say(f"Note: {sentence}")
    for sentence in dumped.unread:
        shared.console.say(f"Warning: not observed, and so unmanaged: {sentence}")
    return dumped


def _staying(desired: Desired, place: _Place | None) -> Desired:
    """Documents that stay as they are: all but those that an earlier dump may have written."""
    if place is None or not place.force:
        return desired
    return replace(
        desired,
        sources=tuple(d for d in desired.sources if not place.is_ours(d.origin.file)),
        links=tuple(d for d in desired.links if not place.is_ours(d.origin.file)),
    )


def _intro(connection: Connection) -> str:
    return (
        f"Written by `reconciler dump` from what connection {connection.name} leads to. As it stands,"
        " a plan with it changes nothing. From here on it is yours to edit."
    )


def _print(shared: Common, connection: Connection, dumped: Dumped) -> None:
    if not dumped.documents:
        shared.console.say("Nothing to write down.")
        return
    documents = "".join(map(document, dumped.documents))
    shared.console.out(file_head(_intro(connection)) + documents)


def _write(
    shared: Common, connection: Connection, dumped: Dumped, where: tuple[_Place, Desired]
) -> None:
    place, desired = where
    schema = _schema_from(place.folder)
    texts = files_of(dumped.documents, connection.name, _intro(connection), schema)
    files = {place.folder / name: text for name, text in texts.items()}
    _check(place, desired, dumped, files)
    write_all(files)
    for path, text in files.items():
        count = text.count("\n---\n")
        shared.console.out(f"{path.as_posix()}: {plural(count, 'document')}\n")
    shared.console.out(
        "To see that nothing would change: reconciler plan\n"
        if files
        else "Nothing to write down.\n"
    )


def _check(place: _Place, desired: Desired, dumped: Dumped, files: Mapping[Path, str]) -> None:
    """Refuse to replace a file unasked, or to declare something a second time.

    Raises:
        UsageError: One of the two.
    """
    there = [path.as_posix() for path in files if path.exists() or path.is_symlink()]
    if there and not place.force:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise UsageError(f"{there[0]}{more}: is there already; --force replaces it")
    if not place.force:
        return
    written = {_key(found) for found in dumped.documents}
    documents: list[DesiredSource | DesiredLink] = [*desired.sources, *desired.links]
    old = [d for d in documents if place.is_ours(d.origin.file)]
    kept = [d for d in old if not any(_same(Path(d.origin.file), path) for path in files)]
    for item in kept:
        if _spoken_of(item) & written:
            raise UsageError(
                f"{item.origin.file} is left of an earlier dump, and would declare {item.address} "
                "twice; remove it"
            )


def _key(found: FoundDocument) -> tuple[str, ...]:
    return tuple(text for name, text in found.fields if name != "connection")


def _spoken_of(item: DesiredSource | DesiredLink) -> set[tuple[str, ...]]:
    if isinstance(item, DesiredLink):
        return {(item.cluster_id, item.link)}
    return {(item.source or item.source_id,)}


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _schema_from(folder: Path) -> str:
    """Where the schema is, from a folder: the nearest one above it, or where `init` puts it."""
    real = Path(os.path.realpath(folder))
    for above in (real, *real.parents):
        if (above / _SCHEMA).is_file():
            return Path(os.path.relpath(above / _SCHEMA, real)).as_posix()
    return SCHEMA

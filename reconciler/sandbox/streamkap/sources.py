"""Endpoints of sources; `docs/apis/streamkap.md#sources`."""

from collections.abc import Callable, Iterable

from reconciler.records import Struct, replace
from reconciler.sandbox.streamkap.call import Body, Call, Refused
from reconciler.sandbox.streamkap.documents import new_topic
from reconciler.sandbox.streamkap.nouns import Source, Topic, Transient
from reconciler.sandbox.streamkap.stopping import Stop, restart, stop
from reconciler.sandbox.streamkap.view import View
from reconciler.sandbox.streamkap.wire import destination_json, paged, source_json

DESIRED = ("Active", "Pending", "Paused", "Stopped", "Pending Update", "Pending Delete")


class _Filter(Struct, frozen=True):
    """What a list of sources is narrowed to; an empty set narrows nothing."""

    id: str | None
    partial_name: str | None
    connectors: frozenset[str]
    statuses: frozenset[str]
    snapshots: frozenset[str]
    tags: frozenset[str]

    def fits(self, source: Source, view: View) -> bool:
        """Whether a source is in the list."""
        return (
            self.id in {None, source.id}
            and (self.partial_name or "").lower() in source.name.lower()
            and (not self.connectors or source.connector in self.connectors)
            and (not self.statuses or source.shown_status(view.context.now) in self.statuses)
            and (not self.tags or not self.tags.isdisjoint(source.tags))
            and self._snapshot_fits(source, view)
        )

    def _snapshot_fits(self, source: Source, view: View) -> bool:
        if not self.snapshots:
            return True
        words = view.words(view.shown(source)).values()
        return not self.snapshots.isdisjoint(words)


def list_sources(call: Call) -> object:
    """`GET /sources`."""
    return _listed(call, _filter(call))


def search_sources(call: Call) -> object:
    """`POST /sources/search`: the same list; filters of the body win over the query's."""
    given = _filter(call)
    connectors = call.body.csv_or_list("connector")
    statuses = call.body.csv_or_list("status")
    snapshots = call.body.csv_or_list("snapshot")
    tags = call.body.csv_or_list("tag_ids")
    return _listed(
        call,
        replace(
            given,
            connectors=given.connectors if connectors is None else connectors,
            statuses=given.statuses if statuses is None else statuses,
            snapshots=given.snapshots if snapshots is None else snapshots,
            tags=given.tags if tags is None else tags,
        ),
    )


def get_source(call: Call) -> object:
    """`GET /sources/{source_id}`: a list of one.

    Raises:
        Refused: 404 for an unknown id, unless the quirk `missing_source` makes it an empty list.
    """
    secrets = call.query.flag("secret_returned", default=False)
    source = call.state.sources.get(call.path["source_id"])
    if source is None:
        if call.context.quirks.missing_source == "empty":
            return paged([], 1, 10, call.context)
        raise Refused(404, "Source not found")
    return paged([source_json(source, call.view, secrets=secrets)], 1, 10, call.context)


def create_source(call: Call) -> object:
    """`POST /sources`: a new connector, whose topics are the tables that its config includes.

    Raises:
        Refused: 422 for a name that is taken or a field that is wrong.
    """
    secrets, waits = _switches(call)
    name, connector = call.body.text("name"), call.body.text("connector")
    config = _config(call.body)
    tags = call.body.maybe_texts("tags") or ()
    kc_cluster_id = call.body.maybe_text("kc_cluster_id")
    desired = "Active"
    if call.body.values.get("desired_state") is not None:
        desired = call.body.word("desired_state", DESIRED)
    if any(source.name == name for source in call.state.sources.values()):
        raise Refused(422, f"A source named {name} already exists")
    source_id = f"{call.context.rng.getrandbits(96):024x}"
    source = Source(
        id=source_id,
        name=name,
        connector=connector,
        status=desired if desired in {"Paused", "Stopped"} else "Active",
        created=call.now,
        topics=_topics(source_id, config, {}),
        config=config,
        tags=tags,
        kc_cluster_id=kc_cluster_id,
        transient=None if waits else Transient("Pending", call.now + call.context.timing.deploy),
    )
    call.state.put(source)
    return source_json(source, call.view, secrets=secrets)


def update_source(call: Call) -> object:
    """`PUT /sources/{source_id}`: a new definition; tags stay unless they are given.

    Raises:
        Refused: 404 for an unknown id, 422 for a field that is wrong.
    """
    secrets, waits = _switches(call)
    name, connector = call.body.text("name"), call.body.text("connector")
    config = _config(call.body)
    tags = call.body.maybe_texts("tags")
    known = _known(call)
    until = call.now + call.context.timing.deploy
    source = replace(
        known,
        name=name,
        connector=connector,
        config=config,
        topics=_topics(known.id, config, known.topics),
        tags=known.tags if tags is None else tags,
        transient=known.transient if waits else Transient("Pending Update", until),
    )
    call.state.put(source)
    return source_json(source, call.view, secrets=secrets)


def delete_source(call: Call) -> object:
    """`DELETE /sources/{source_id}`: gone at once, with whatever ran on it.

    Raises:
        Refused: 404 for an unknown id.
    """
    secrets, _ = _switches(call)
    source = _known(call)
    _cancel_runs(call, source, ("incremental", "blocking"))
    shown = source_json(source, call.view, secrets=secrets)
    call.state.delete(call.state.sources[source.id])
    return shown


def deploy_source(call: Call) -> object:
    """`POST /sources/{source_id}/deploy`: starts the connector anew.

    Raises:
        Refused: 404 for an unknown id.
    """
    return source_json(restart(call, replace(_known(call), status="Active")), call.view)


def act_on_source(call: Call) -> object:
    """`POST /sources/{source_id}/actions/{action}`: pause, resume or restart.

    A pause or a restart ends a blocking run; an incremental one goes on, which is not documented.

    Raises:
        Refused: 404 for an unknown id or action.
    """
    source = _known(call)
    match call.path["action"]:
        case "pause":
            _cancel_runs(call, source, ("blocking",))
            call.state.put(replace(source, status="Paused", transient=None))
        case "resume":
            restart(call, replace(source, status="Active"))
        case "restart":
            _cancel_runs(call, source, ("blocking",))
            restart(call, source)
        case _:
            raise Refused(404, "Not Found")
    return {}


def list_destinations(call: Call) -> object:
    """`GET /destinations`."""
    page, size = call.query.page()
    call.query.word("sort_dir", ("asc", "desc"))
    project = call.state.project
    found = [
        destination_json(destination, project)
        for destination in project.destinations
        if call.query.text("id") in {None, destination.id}
        and (call.query.text("partial_name") or "").lower() in destination.name.lower()
    ]
    return paged(found, page, size, call.context)


def _known(call: Call) -> Source:
    source = call.state.sources.get(call.path["source_id"])
    if source is None:
        raise Refused(404, "Source not found")
    return source


def _switches(call: Call) -> tuple[bool, bool]:
    """`secret_returned` and `wait`."""
    secrets = call.query.flag("secret_returned", default=False)
    return secrets, call.query.flag("wait", default=True)


def _cancel_runs(call: Call, source: Source, types: Iterable[str]) -> None:
    try:
        stop(call, source, Stop(types=tuple(types)))
    except Refused:
        return


def _filter(call: Call) -> _Filter:
    return _Filter(
        id=call.query.text("id"),
        partial_name=call.query.text("partial_name"),
        connectors=call.query.names("connector"),
        statuses=call.query.names("status"),
        snapshots=call.query.names("snapshot"),
        tags=call.query.names("tag_ids"),
    )


def _listed(call: Call, chosen: _Filter) -> object:
    page, size = call.query.page()
    secrets = call.query.flag("secret_returned", default=False)
    backwards = call.query.word("sort_dir", ("asc", "desc")) == "desc"
    view = call.view
    found = [source for source in call.state.sources.values() if chosen.fits(source, view)]
    key = _SORTS.get(call.query.text("sort") or "")
    if key is not None:
        found.sort(key=key)
    if backwards:
        found.reverse()
    first = (page - 1) * size
    shown = {
        at: source_json(source, view, secrets=secrets)
        for at, source in enumerate(found[first : first + size], start=first)
    }
    return paged([shown.get(at) for at in range(len(found))], page, size, call.context)


def _by_name(source: Source) -> tuple[str | float, str]:
    return source.name, source.id


def _by_creation(source: Source) -> tuple[str | float, str]:
    return source.created, source.id


def _by_status(source: Source) -> tuple[str | float, str]:
    return source.status, source.id


_SORTS: dict[str, Callable[[Source], tuple[str | float, str]]] = {
    "name": _by_name,
    "created_at": _by_creation,
    "connector_status": _by_status,
}


def _config(given: Body) -> dict[str, object]:
    """Settings, kept as texts: the vendor gives numbers and booleans back that way."""
    values = given.inner("config").values
    return {
        name: str(value).lower() if isinstance(value, bool) else _as_text(value)
        for name, value in values.items()
    }


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, (int, float)) else value


def _topics(source_id: str, config: dict[str, object], known: dict[str, Topic]) -> dict[str, Topic]:
    """Topics of the tables or collections that a config includes, else those that were there."""
    for setting, value in config.items():
        if ".include.list" in setting and isinstance(value, str):
            names = dict.fromkeys(name.strip() for name in value.split(",") if name.strip())
            return {name: known.get(name) or new_topic(source_id, name) for name in names}
    return known

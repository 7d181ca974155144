"""Operations on cluster links and their configs (`docs/apis/confluent.md#links`)."""

from collections.abc import Mapping

from reconciler.sandbox.confluent import configs, wire
from reconciler.sandbox.confluent.answer import Answer
from reconciler.sandbox.confluent.call import Call, items_of, text_of
from reconciler.sandbox.confluent.errors import (
    bad_link_name,
    link_exists,
    link_has_mirrors,
    malformed,
)
from reconciler.sandbox.confluent.nouns import Link


def list_links(call: Call) -> Answer:
    """GET links: all links of a cluster, not paged (`docs/apis/confluent.md#links`)."""
    cluster = call.cluster()
    items = [wire.link_item(link, call.base, call.context) for link in cluster.links.values()]
    url = f"{call.base}/clusters/{wire.part(cluster.id)}/links"
    return Answer(200, wire.collection("KafkaLinkDataList", url, items))


def get_link(call: Call) -> Answer:
    """GET one link (`docs/apis/confluent.md#links`)."""
    link, tasks = call.link(), call.switch("include_tasks")
    return Answer(200, wire.link_details(link, call.base, call.context, tasks=tasks))


def create_link(call: Call) -> Answer:
    """POST links: name in the query, configs in the body (`docs/apis/confluent.md#links`)."""
    cluster, name = call.cluster(), call.query.get("link_name", "")
    validate_only = call.switch("validate_only")
    call.switch("validate_link", default=True)
    body = call.body(may_be_empty=True)
    if name in {"", "-", ".", ".."}:
        raise bad_link_name()
    if name in cluster.links:
        raise link_exists()
    ids = [text_of(body, f"{side}_cluster_id") for side in ("source", "remote", "destination")]
    text_of(body, "cluster_link_id")
    link = Link(cluster.id, name, source_cluster=ids[0] or ids[1] or "")
    for config, value in _settings(body, "configs", creating=True):
        configs.put(link, config, value)
    if not validate_only:
        cluster.links[name] = link
        call.state.touch(link)
    return Answer(204)


def delete_link(call: Call) -> Answer:
    """DELETE a link: refused while mirrors live, unless forced (`docs/apis/confluent.md#links`)."""
    link = call.link()
    force, validate_only = call.switch("force"), call.switch("validate_only")
    now = call.context.now
    if not force and any(mirror.shown(now)[0] != "STOPPED" for mirror in link.mirrors.values()):
        raise link_has_mirrors(link.name)
    if not validate_only:
        del call.cluster().links[link.name]
        call.state.touch(link)
    return Answer(200)


def list_configs(call: Call) -> Answer:
    """GET all configs of a link (`docs/apis/confluent.md#links`)."""
    link = call.link()
    items = [wire.config_item(link, name, call.base) for name in configs.CONFIGS]
    url = f"{wire.link_url(call.base, link)}/configs"
    return Answer(200, wire.collection("KafkaLinkConfigDataList", url, items))


def get_config(call: Call) -> Answer:
    """GET one config of a link (`docs/apis/confluent.md#links`)."""
    link, name = call.link(), call.values["config_name"]
    configs.config_of(name)
    return Answer(200, wire.config_item(link, name, call.base))


def put_config(call: Call) -> Answer:
    """PUT one config of a link (`docs/apis/confluent.md#links`)."""
    link, name = call.link(), call.values["config_name"]
    value = text_of(call.body(), "value")
    if value is None:
        raise malformed("'value' is missing")
    configs.check(name, value)
    return _altered(call, link, [(name, value)])


def delete_config(call: Call) -> Answer:
    """DELETE one config of a link: back to its default (`docs/apis/confluent.md#links`)."""
    link, name = call.link(), call.values["config_name"]
    configs.check(name, None)
    return _altered(call, link, [(name, None)])


def alter_configs(call: Call) -> Answer:
    """PUT several configs of a link, all or none (`docs/apis/confluent.md#links`)."""
    link, body = call.link(), call.body()
    validate_only = call.switch("validate_only")
    if "data" not in body:
        raise malformed("'data' is missing")
    wanted = body.get("validate_only", False)
    if not isinstance(wanted, bool):
        raise malformed("Cannot deserialize value of type `boolean` from 'validate_only'")
    settings = _settings(body, "data", creating=False)
    return _altered(call, link, [] if validate_only or wanted else settings)


def _altered(call: Call, link: Link, settings: list[tuple[str, str | None]]) -> Answer:
    for name, value in settings:
        configs.put(link, name, value)
    if settings:
        call.state.touch(link)
    return Answer(204)


def _settings(
    body: Mapping[str, object], where: str, *, creating: bool
) -> list[tuple[str, str | None]]:
    found = [_setting(item) for item in items_of(body, where)]
    for name, value in found:
        configs.check(name, value, creating=creating)
    return found


def _setting(item: Mapping[str, object]) -> tuple[str, str | None]:
    name, value = text_of(item, "name"), text_of(item, "value")
    operation = text_of(item, "operation") or "SET"
    if name is None:
        raise malformed("'name' is missing")
    match operation:
        case "DELETE":
            return name, None
        case "SET":
            return name, value
        case _:
            raise malformed(f"'{operation}' is none of SET, DELETE")

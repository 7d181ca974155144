"""Operations on cluster links and their configs (`docs/apis/confluent.md#links`)."""

from collections.abc import Mapping

from reconciler.sandbox.confluent import configs, wire
from reconciler.sandbox.confluent.answer import Answer
from reconciler.sandbox.confluent.errors import (
    bad_link_name,
    link_exists,
    link_has_mirrors,
    malformed,
)
from reconciler.sandbox.confluent.exchange import Exchange, items_of, text_of
from reconciler.sandbox.confluent.nouns import Link


def list_links(exchange: Exchange) -> Answer:
    """GET links: all links of a cluster, not paged (`docs/apis/confluent.md#links`)."""
    cluster = exchange.cluster()
    items = [
        wire.link_item(link, exchange.base, exchange.context) for link in cluster.links.values()
    ]
    url = f"{exchange.base}/clusters/{wire.part(cluster.id)}/links"
    return Answer(200, wire.collection("KafkaLinkDataList", url, items))


def get_link(exchange: Exchange) -> Answer:
    """GET one link (`docs/apis/confluent.md#links`)."""
    link, tasks = exchange.link(), exchange.switch("include_tasks")
    return Answer(200, wire.link_details(link, exchange.base, exchange.context, tasks=tasks))


def create_link(exchange: Exchange) -> Answer:
    """POST links: name in the query, configs in the body (`docs/apis/confluent.md#links`)."""
    cluster, name = exchange.cluster(), exchange.query.get("link_name", "")
    validate_only = exchange.switch("validate_only")
    exchange.switch("validate_link", default=True)
    body = exchange.body(may_be_empty=True)
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
        exchange.state.touch(link)
    return Answer(204)


def delete_link(exchange: Exchange) -> Answer:
    """DELETE a link: refused while mirrors live, unless forced (`docs/apis/confluent.md#links`)."""
    link = exchange.link()
    force, validate_only = exchange.switch("force"), exchange.switch("validate_only")
    now = exchange.context.now
    if not force and any(mirror.shown(now)[0] != "STOPPED" for mirror in link.mirrors.values()):
        raise link_has_mirrors(link.name)
    if not validate_only:
        del exchange.cluster().links[link.name]
        exchange.state.touch(link)
    return Answer(200)


def list_configs(exchange: Exchange) -> Answer:
    """GET all configs of a link (`docs/apis/confluent.md#links`)."""
    link = exchange.link()
    items = [wire.config_item(link, name, exchange.base) for name in configs.CONFIGS]
    url = f"{wire.link_url(exchange.base, link)}/configs"
    return Answer(200, wire.collection("KafkaLinkConfigDataList", url, items))


def get_config(exchange: Exchange) -> Answer:
    """GET one config of a link (`docs/apis/confluent.md#links`)."""
    link, name = exchange.link(), exchange.values["config_name"]
    configs.config_of(name)
    return Answer(200, wire.config_item(link, name, exchange.base))


def put_config(exchange: Exchange) -> Answer:
    """PUT one config of a link (`docs/apis/confluent.md#links`)."""
    link, name = exchange.link(), exchange.values["config_name"]
    value = text_of(exchange.body(), "value")
    if value is None:
        raise malformed("'value' is missing")
    configs.check(name, value)
    return _altered(exchange, link, [(name, value)])


def delete_config(exchange: Exchange) -> Answer:
    """DELETE one config of a link: back to its default (`docs/apis/confluent.md#links`)."""
    link, name = exchange.link(), exchange.values["config_name"]
    configs.check(name, None)
    return _altered(exchange, link, [(name, None)])


def alter_configs(exchange: Exchange) -> Answer:
    """PUT several configs of a link, all or none (`docs/apis/confluent.md#links`)."""
    link, body = exchange.link(), exchange.body()
    validate_only = exchange.switch("validate_only")
    if "data" not in body:
        raise malformed("'data' is missing")
    wanted = body.get("validate_only", False)
    if not isinstance(wanted, bool):
        raise malformed("Cannot deserialize value of type `boolean` from 'validate_only'")
    settings = _settings(body, "data", creating=False)
    return _altered(exchange, link, [] if validate_only or wanted else settings)


def _altered(exchange: Exchange, link: Link, settings: list[tuple[str, str | None]]) -> Answer:
    for name, value in settings:
        configs.put(link, name, value)
    if settings:
        exchange.state.touch(link)
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

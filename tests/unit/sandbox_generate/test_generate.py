"""Generated worlds are worlds, and generated specs fit them."""

from collections import Counter
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import anyio
import httpx
import pytest
import yaml

from reconciler import spec
from reconciler.model.desired import MirrorState, SnapshotState
from reconciler.sandbox import in_memory_sandbox
from reconciler.sandbox.confluent import ConfluentState
from reconciler.sandbox.generate import LINKS_PER_CLUSTER, Size, generate, specs

SMALL = Size(sources=25, topics=20, links=12, mirrors=300, seed=7)


def first_match(rules, name):
    return next(
        (rule for rule in rules if any(fnmatchcase(name, pattern.text) for pattern in rule.topics)),
        None,
    )


@pytest.fixture(scope="module")
def world():
    return generate(SMALL)


@pytest.fixture(scope="module")
def desired(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("specs")
    for name, text in specs(SMALL, world).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return spec.load([folder], now=datetime(2026, 11, 22, tzinfo=UTC))


def test_the_same_seed_gives_the_same_world_and_specs(world):
    again = generate(SMALL)

    assert (again, specs(SMALL, again)) == (world, specs(SMALL, world))


def test_another_seed_gives_another_world(world):
    assert generate(Size(25, 20, 12, 300, seed=8)) != world


def test_a_larger_world_begins_like_a_smaller_one(world):
    larger = generate(Size(26, 20, 13, 300, seed=7))

    assert larger["streamkap"]["sources"][:25] == world["streamkap"]["sources"]
    assert larger["confluent"]["clusters"][0] == world["confluent"]["clusters"][0]


def test_the_counts_are_those_asked_for(world):
    clusters = world["confluent"]["clusters"]
    mirrors = [len(link["mirrors"]) for cluster in clusters for link in cluster["links"]]

    assert [len(source["topics"]) for source in world["streamkap"]["sources"]] == [20] * 25
    assert mirrors == [300] * 12
    assert [len(cluster["links"]) for cluster in clusters] == [LINKS_PER_CLUSTER, 2]


def test_ids_and_names_are_unique(world):
    sources = world["streamkap"]["sources"]
    clusters = world["confluent"]["clusters"]

    assert len({source["id"] for source in sources}) == 25
    assert len({source["name"] for source in sources}) == 25
    assert len({cluster["id"] for cluster in clusters}) == 2


def test_the_sandbox_reads_the_world(world):
    state = ConfluentState.parse(world["confluent"], 1_700_000_000.0)

    assert len(state.rows()) == 12


def test_the_specs_are_valid_and_declare_everything(desired):
    assert (len(desired.connections), len(desired.sources), len(desired.links)) == (2, 25, 12)
    assert desired.warnings == ()


def test_some_sources_are_declared_by_id_and_most_by_name(world, desired):
    names = {source["name"]: source["id"] for source in world["streamkap"]["sources"]}
    by_id = [source for source in desired.sources if source.source_id]

    assert 0 < len(by_id) < len(desired.sources) / 2
    assert all(names[source.address.name] == source.source_id for source in by_id)
    assert all(source.source in names for source in desired.sources if source not in by_id)


def test_every_literal_exists(world, desired):
    topics = {
        source["name"]: {topic["name"] for topic in source["topics"]}
        for source in world["streamkap"]["sources"]
    }
    mirrors = {
        link["name"]: {mirror["topic"] for mirror in link["mirrors"]}
        for cluster in world["confluent"]["clusters"]
        for link in cluster["links"]
    }
    missing = [
        pattern.text
        for document, names in [
            *((source, topics[source.address.name]) for source in desired.sources),
            *((link, mirrors[link.link]) for link in desired.links),
        ]
        for rule in document.rules
        for pattern in rule.topics
        if not any(fnmatchcase(name, pattern.text) for name in names)
    ]

    assert missing == []


def test_every_source_has_something_due_and_something_done(world, desired):
    rules = {source.address.name: source.rules for source in desired.sources}
    counts = []
    for source in world["streamkap"]["sources"]:
        wanted = [
            topic
            for topic in source["topics"]
            if (rule := first_match(rules[source["name"]], topic["name"]))
            and rule.state is SnapshotState.COMPLETED
        ]
        counts.append(Counter("snapshots" in topic for topic in wanted))

    assert counts == [Counter({True: 12, False: 4})] * 25


def test_some_topics_are_idle_and_some_have_no_rule(world, desired):
    rules = {source.address.name: source.rules for source in desired.sources}
    source = world["streamkap"]["sources"][0]
    found = [first_match(rules[source["name"]], topic["name"]) for topic in source["topics"]]

    assert Counter(rule and rule.state for rule in found) == {
        SnapshotState.COMPLETED: 16,
        SnapshotState.IDLE: 2,
        None: 2,
    }


def test_a_few_sources_ask_for_a_filter_on_a_relational_database(world, desired):
    connectors = {source["name"]: source["connector"] for source in world["streamkap"]["sources"]}
    filtered = [
        source.address.name
        for source in desired.sources
        if any(rule.filter for rule in source.rules)
    ]

    assert len(filtered) == 2
    assert {connectors[name] for name in filtered} == {"postgresql"}


def test_one_mirror_in_twenty_has_to_change(world, desired):
    links = {link.link: link for link in desired.links}
    wants = {MirrorState.PAUSED: "PAUSED", MirrorState.ACTIVE: "ACTIVE"}
    astray = Counter()
    for cluster in world["confluent"]["clusters"]:
        for link in cluster["links"]:
            for mirror in link["mirrors"]:
                rule = first_match(links[link["name"]].rules, mirror["topic"])
                wanted = wants[rule.state]
                if mirror["status"] not in {wanted, "STOPPED"}:
                    astray[link["name"]] += 1

    assert set(astray.values()) <= {14, 15}
    assert len(astray) == 12


def test_limits_fit_the_size(desired):
    limits = desired.connections[0].limits

    assert (limits.requests_per_second, limits.concurrency, limits.snapshots) == (0, 8, 25)
    assert (limits.sources_per_call, limits.names_per_call) == (50, 1000)


def test_specs_for_a_server_take_credentials_from_the_environment():
    size = Size(1, 1, 1, 1)
    text = specs(size, generate(size), "http://127.0.0.1:8080")["connections.yaml"]
    documents = list(yaml.safe_load_all(text))

    assert [document["spec"]["endpoint"] for document in documents] == ["http://127.0.0.1:8080"] * 2
    assert [document["spec"]["auth"] for document in documents] == [
        {
            "clientId": {"env": "STREAMKAP_CLIENT_ID"},
            "clientSecret": {"env": "STREAMKAP_CLIENT_SECRET"},
        },
        {"apiKey": {"env": "CONFLUENT_API_KEY"}, "apiSecret": {"env": "CONFLUENT_API_SECRET"}},
    ]


@pytest.mark.parametrize(
    "size", [Size(5, 1, 1, 1), Size(1, 7, 0, 1), Size(0, 1, 1, 5), Size(0, 1, 0, 1)]
)
def test_small_worlds_have_valid_specs_too(size, tmp_path):
    for name, text in specs(size, generate(size)).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = spec.load([tmp_path], now=datetime(2026, 11, 22, tzinfo=UTC))

    assert (len(found.sources), len(found.links)) == (size.sources, size.links)


def test_files_hold_fifty_sources_at_most():
    size = Size(sources=51, topics=1, links=0)

    assert sorted(specs(size, generate(size))) == [
        "connections.yaml",
        "sources/000.yaml",
        "sources/001.yaml",
    ]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"sources": -1}, "sources must be at least 0, got -1"),
        ({"topics": 0}, "topics must be at least 1, got 0"),
        ({"links": -1}, "links must be at least 0, got -1"),
        ({"mirrors": 0}, "mirrors must be at least 1, got 0"),
    ],
)
def test_a_size_that_cannot_be_is_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        Size(**counts)


def test_the_whole_sandbox_takes_a_generated_world(world):
    sandbox = in_memory_sandbox(world, clock=lambda: 1_800_000_000.0)
    answer = anyio.run(look, sandbox.app, f"/{world['confluent']['clusters'][0]['id']}/links")
    sandbox.close()

    assert len(answer.json()["data"]) == LINKS_PER_CLUSTER


async def look(app, path):
    transport = httpx.ASGITransport(app)
    base = "http://sandbox/kafka/v3/clusters"
    async with httpx.AsyncClient(transport=transport, auth=("demo", "demo")) as client:
        return await client.get(f"{base}{path}")

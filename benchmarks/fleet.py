"""Mirror topics that shall be paused and are not: a world for the sandbox, and specs that fit it."""

import json
import math
from dataclasses import asdict, dataclass
from itertools import product

from benchmarks.estates import CLUSTER, KEY, LINK, named


@dataclass(frozen=True, slots=True)
class Fleet:
    """How many there are.

    Attributes:
        links: Cluster links.
        mirrors: Mirror topics of each link.
        astray: Those of each link that shall be paused and are not.
        links_per_cluster: Links of one destination cluster.
        concurrency: Requests at once.
    """

    links: int
    mirrors: int
    astray: int
    links_per_cluster: int = 10
    concurrency: int = 16

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @property
    def clusters(self) -> int:
        """Destination clusters."""
        return math.ceil(self.links / self.links_per_cluster)

    def cluster_of(self, link: int) -> str:
        """The id of a link's cluster."""
        return f"lkc-{named(CLUSTER, link // self.links_per_cluster)}"

    def topics_of(self, link: int) -> list[str]:
        """The topics of a link that shall be paused and are not."""
        return [f"freeze.{named(LINK, link)}.{at:04d}" for at in range(self.astray)]

    @property
    def phases(self) -> tuple[int, int, int, int]:
        """The fewest requests of each phase, which needs all of the one before.

        The links of each cluster, its mirror topics, a pause for each link, a look at each cluster.
        """
        return (self.clusters, self.clusters, self.links, self.clusters)

    def ideal(self, latency: float) -> float:
        """Seconds where nothing costs time but the way of each request."""
        return sum(math.ceil(count / self.concurrency) for count in self.phases) * latency

    def world(self) -> dict[str, object]:
        """A document for the sandbox: what is asked for has happened at once."""
        clusters: dict[str, list[dict[str, object]]] = {}
        for link in range(self.links):
            names = self.topics_of(link)
            names += [
                f"orders.{named(LINK, link)}.{at:04d}" for at in range(self.mirrors - self.astray)
            ]
            mirrors = [{"topic": n, "status": "ACTIVE", "partitions": 6} for n in names]
            entry: dict[str, object] = {"name": f"link-{named(LINK, link)}", "state": "ACTIVE"}
            clusters.setdefault(self.cluster_of(link), []).append(entry | {"mirrors": mirrors})
        return {
            "timing": {"mirror": 0},
            "confluent": {
                "credentials": [{"key": KEY[0], "secret": KEY[1]}],
                "clusters": [{"id": name, "links": links} for name, links in clusters.items()],
            },
        }

    def specs(self, endpoint: str) -> str:
        """Specs as people write them.

        Args:
            endpoint: Where the sandbox is served.
        """
        limits = f"limits: {{requestsPerSecond: 0, concurrency: {self.concurrency}}}"
        connection = (
            "apiVersion: reconciler.dev/v1alpha1\nkind: Connection\nmetadata: {name: confluent}\n"
            f"spec:\n  provider: confluent\n  endpoint: {endpoint}\n"
            f"  auth: {{apiKey: {{env: BENCH_KEY}}, apiSecret: {{env: BENCH_KEY}}}}\n  {limits}\n"
        )
        return "---\n".join([connection, *map(self._spec, range(self.links))])

    def _spec(self, link: int) -> str:
        return (
            "apiVersion: reconciler.dev/v1alpha1\nkind: ClusterLink\n"
            f"metadata: {{name: link-{named(LINK, link)}}}\n"
            f"spec:\n  connection: confluent\n  clusterId: {self.cluster_of(link)}\n"
            f"  link: link-{named(LINK, link)}\n  mirrors:\n"
            '    - topics: ["freeze.*"]\n      state: paused\n'
            "      until: 2099-01-01T00:00:00Z\n      reason: CHG-1234\n"
            '    - topics: ["*"]\n      state: active\n'
        )

    def asks(self) -> list[list[tuple[str, str, str]]]:
        """The requests of each phase, for whoever does only what is needed."""
        base = "/kafka/v3/clusters"
        names = sorted({self.cluster_of(link) for link in range(self.links)})
        lists = [("GET", f"{base}/{name}/links", "") for name in names]
        few = self.links_per_cluster == 1
        mirrors = [("GET", f"{base}/{name}/links/-/mirrors", "") for name in names]
        if few:
            mirrors = [
                ("GET", f"{base}/{name}/links/link-{named(LINK, link)}/mirrors", "")
                for link, name in enumerate(names)
            ]
        pauses = [
            (
                "POST",
                f"{base}/{self.cluster_of(link)}/links/link-{named(LINK, link)}/mirrors:pause",
                json.dumps({"mirror_topic_names": self.topics_of(link)}),
            )
            for link in range(self.links)
        ]
        return [lists, mirrors, pauses, mirrors]

    def one_by_one(self) -> list[tuple[str, str]]:
        """Path of the link and name of each topic, for whoever pauses them one by one."""
        return [
            (f"/kafka/v3/clusters/{self.cluster_of(link)}/links/link-{named(LINK, link)}", topic)
            for link, topic in product(range(self.links), self.topics_of(0))
        ]

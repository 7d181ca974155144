"""The same world behind a port: one more witness that the vendors are spoken to over HTTP."""

from tests.e2e.person import NOW, Person, Ran, text_of
from tests.e2e.served import Served

READ_POSTS = {"/auth/access-token", "/dashboard/lineage/topics/batch"}


def test_a_plan_over_the_network_is_the_plan_in_process(customer: Person, served: Served) -> None:
    ran = customer.run("plan", *NOW)

    requests = served.requests()
    # What is served is a real endpoint, where apply takes no other time than the vendor's.
    assert ran == Ran(0, text_of("plan.txt").replace(f" {' '.join(NOW)}", ""), "")
    assert {str(r["path"]) for r in requests if r["method"] != "GET"} == READ_POSTS
    assert len(requests) == 7


def test_a_generated_world_is_planned_and_applied_with_its_specs(person: Person) -> None:
    sizes = ("--sources", "30", "--topics", "10", "--links", "10", "--mirrors", "50")
    made = person.run("sandbox", "world", *sizes, "--specs", "big")
    applied = person.run(
        "apply", "big", "--auto-approve", "--max-starts", "30", "--wait", "accepted",
        "--format", "json",
    )  # fmt: skip

    report = applied.json
    traffic = report["traffic"]
    assert isinstance(traffic, dict)
    told = "A new world with 30 sources and 10 cluster links; specs in big.\n"
    assert made == Ran(0, told, "")
    assert applied.code == 0
    assert traffic["total"] == len(person.requests())
    assert sum(traffic[name] for name in traffic if name != "total") == traffic["total"]

"""What changes in a zone: hosts follow the load balancer, others' records stay, an interruption is finished."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.llmops.bedrock.plugins.filter.dns_changes import FilterModule
from ansible_collections.llmops.bedrock.plugins.module_utils._dns.records import Target, name_of, plan, policy, values
from ansible_collections.llmops.bedrock.plugins.module_utils._leftovers.things import (
    Scope,
    Thing,
    by_marker,
    marked_host,
)
from hypothesis import given
from hypothesis import strategies as st

HOST, OTHER = "litellm.example.com", "chat.example.com"
NEW, OLD = "k8s-new-1.us-west-2.elb.amazonaws.com", "k8s-old-1.us-west-2.elb.amazonaws.com"
TARGET, DUALSTACK = Target(NEW, "Z1"), Target(NEW, "Z1", dualstack=True)
ZONE = [
    {"name": "example.com.", "type": "NS", "ttl": 60, "resource_records": [{"value": "ns.example.net."}]},
    {"name": "example.com.", "type": "SOA", "ttl": 60, "resource_records": [{"value": "ns.example.net. ..."}]},
]


def plain(kind: str, value: str, host: str = HOST, **more: t.Any) -> dict[str, t.Any]:
    return {"name": f"{host}.", "type": kind, "ttl": 60, "resource_records": [{"value": value}], **more}


def alias(target: str, kind: str = "A", host: str = HOST, **more: t.Any) -> dict[str, t.Any]:
    leads = {"dns_name": f"{target}.", "hosted_zone_id": "Z1", "evaluate_target_health": False}
    return {"name": f"{host}.", "type": kind, "alias_target": leads, **more}


def mark(cluster: str = "a", host: str = HOST) -> dict[str, t.Any]:
    return plain("TXT", f'"llmops.bedrock/cluster={cluster}"', f"_llmops-bedrock.{host}")


def told(records: list[dict[str, t.Any]], target: Target | None = TARGET, **more: t.Any) -> list[str]:
    """The changes in short; fails where there are problems."""
    made = plan(ZONE + records, [HOST], "a", target, **more)
    assert not made.problems
    return [f"{x['state']} {x['type']} {x['value'][0].rstrip('.')}" for x in made.changes]


def refused(records: list[dict[str, t.Any]], **more: t.Any) -> str:
    made = plan(ZONE + records, [HOST], "a", TARGET, **more)
    assert not made.changes
    return " ".join(made.problems)


def apply(records: list[dict[str, t.Any]], changes: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """The zone after the changes, as Route 53 makes them: a CNAME stands alone, a removal names what is there."""
    zone = list(records)
    for change in changes:
        there = [x for x in zone if (name_of(x), x["type"]) == (change["record"], change["type"])]
        assert len(there) <= 1
        zone = [x for x in zone if x not in there]
        if change["state"] == "absent":
            assert there
            assert values(there[0]) == [x.strip('"').rstrip(".").removeprefix("dualstack.") for x in change["value"]]
            continue
        assert change["overwrite"] is bool(there)
        assert not any(x["type"] == "CNAME" for x in zone if name_of(x) == change["record"])
        arguments = (change["value"][0].rstrip("."), change["type"], change["record"])
        zone.append(alias(*arguments) if change.get("alias") else plain(arguments[1], arguments[0], arguments[2]))
    return zone


MARK = 'present TXT "llmops.bedrock/cluster=a"'


@pytest.mark.parametrize(
    ("records", "target", "expected"),
    [
        ([], TARGET, [MARK, f"present A {NEW}"]),
        ([], DUALSTACK, [MARK, f"present A {NEW}", f"present AAAA {NEW}"]),
        ([mark()], TARGET, [f"present A {NEW}"]),
        ([mark(), alias(OLD)], TARGET, [f"present A {NEW}"]),
        ([mark(), alias(NEW)], TARGET, []),
        ([mark(), alias(f"dualstack.{NEW.upper()}")], TARGET, []),
        ([mark(), alias(NEW), alias(NEW, "AAAA")], TARGET, [f"absent AAAA {NEW}"]),
        ([mark(), alias(NEW), alias(NEW, "AAAA")], DUALSTACK, []),
        ([mark(), alias(NEW)], None, [f"absent A {NEW}", MARK.replace("present", "absent")]),
        ([mark()], None, [MARK.replace("present", "absent")]),
        (
            [mark(), alias(OLD), alias(OLD, "AAAA")],
            None,
            [f"absent A {OLD}", f"absent AAAA {OLD}", MARK.replace("present", "absent")],
        ),
        ([], None, []),
        # Others' records when ours are removed.
        ([alias(NEW)], None, []),
        ([mark("b"), alias(NEW)], None, []),
        ([mark(), plain("A", "192.0.2.1")], None, [MARK.replace("present", "absent")]),
    ],
)
def test_what_changes(records: list[dict[str, t.Any]], target: Target | None, expected: list[str]) -> None:
    assert told(records, target) == expected


@pytest.mark.parametrize(
    ("records", "named"),
    [
        ([plain("A", "192.0.2.1")], "A 192.0.2.1"),
        ([plain("AAAA", "2001:db8::1")], "AAAA 2001:db8::1"),
        ([plain("CNAME", "old.example.net")], "CNAME old.example.net"),
        ([alias(OLD)], f"A {OLD}"),
        ([mark("b"), alias(NEW)], f"A {NEW}, TXT llmops.bedrock/cluster=b"),
        ([mark(), plain("A", "192.0.2.1")], "A 192.0.2.1"),
        ([alias(NEW), plain("AAAA", "2001:db8::1")], f"A {NEW}, AAAA 2001:db8::1"),
    ],
)
def test_others_records_are_refused_and_replaced_by_consent(records: list[dict[str, t.Any]], named: str) -> None:
    message = refused(records)
    assert message.startswith(f"{HOST} has {named}, which")
    assert "dns_overwrite" in message
    made = plan(records, [HOST], "a", TARGET, overwrite=True)
    after = apply(records, made.changes)
    assert {x["type"]: values(x) for x in after} == {"A": [NEW], "TXT": ["llmops.bedrock/cluster=a"]}


@pytest.mark.parametrize(
    "more", [{"weight": 0}, {"region": "eu-west-1"}, {"failover": "PRIMARY"}, {"multi_value_answer": True}]
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_routing_policy_is_never_replaced(more: dict[str, t.Any], overwrite: bool) -> None:
    record = alias(OLD, set_identifier="blue", **more)
    message = refused([record], overwrite=overwrite)
    assert next(iter(more)).replace("_", " ") in message and "blue" in message
    # Not even beside our mark: we make none.
    assert refused([mark(), record], overwrite=overwrite)
    assert told([mark(), record], None) == [MARK.replace("present", "absent")]


def test_a_host_below_a_delegation_is_refused() -> None:
    assert f"below {HOST}" in refused([plain("NS", "ns.example.net", HOST)], overwrite=True)
    assert "below com.example" not in refused([plain("A", "192.0.2.1")])


@pytest.mark.parametrize("record", [alias(NEW), alias(f"dualstack.{NEW}"), plain("CNAME", NEW)])
@pytest.mark.parametrize("target", [TARGET, DUALSTACK])
def test_somebody_elses_record_that_is_right_stays_theirs(record: dict[str, t.Any], target: Target) -> None:
    made = plan([*ZONE, record], [HOST], "a", target)
    assert (made.changes, made.problems) == ([], [])
    assert HOST in made.notes[0]
    assert told([record], overwrite=True)[0] == MARK
    assert refused([mark("b"), record])


def test_nothing_is_written_while_one_host_is_somebody_elses() -> None:
    made = plan([plain("A", "192.0.2.1", OTHER)], [HOST, OTHER], "a", TARGET)
    assert made.changes == []
    assert [OTHER in x for x in made.problems] == [True]


def test_names_are_compared_as_dns_does() -> None:
    made = plan([mark(host=HOST.upper()), alias(NEW, host=HOST.upper())], [f"{HOST}.", HOST], "a", TARGET)
    assert made.changes == []
    assert plan([], ["dualstack.example.com"], "a", TARGET).changes[-1]["record"] == "dualstack.example.com"


def test_the_filter_takes_what_the_modules_give() -> None:
    changes = FilterModule().filters()["dns_changes"]
    balancer = {"dns_name": NEW, "canonical_hosted_zone_id": "Z1", "ip_address_type": "dualstack"}
    assert [x["type"] for x in changes(ZONE, [HOST], "a", load_balancer=balancer)["changes"]] == ["TXT", "A", "AAAA"]
    assert changes([mark()], [HOST], "a", load_balancer={})["changes"][0]["state"] == "absent"


def record_at(host: str) -> st.SearchStrategy[dict[str, t.Any]]:
    return st.one_of(
        st.builds(
            alias, st.sampled_from([NEW, OLD, "x.cloudfront.net"]), st.sampled_from(["A", "AAAA"]), st.just(host)
        ),
        st.builds(plain, st.sampled_from(["A", "AAAA"]), st.just("192.0.2.1"), st.just(host)),
        st.builds(plain, st.just("MX"), st.just("10 mail"), st.just(host)),
        st.builds(
            lambda name, weight: alias(OLD, "A", host, set_identifier=name, weight=weight), st.just("blue"), st.just(1)
        ),
        st.builds(mark, st.sampled_from(["a", "b"]), st.just(host)),
    )


def zones() -> st.SearchStrategy[list[dict[str, t.Any]]]:
    one = st.lists(
        st.sampled_from([HOST, OTHER]).flatmap(record_at), unique_by=lambda x: (x["name"], x["type"]), max_size=6
    )
    cname = st.just([plain("CNAME", "old.example.net")])
    return st.one_of(one, cname, cname.map(lambda x: [*x, mark()]))


@given(zones(), st.sampled_from([TARGET, DUALSTACK, None]), st.booleans(), st.data())
def test_a_second_run_and_one_after_an_interruption_converge(
    zone: list[dict[str, t.Any]], target: Target | None, overwrite: bool, data: st.DataObject
) -> None:
    first = plan(zone, [HOST], "a", target, overwrite=overwrite)
    if first.problems:
        assert first.changes == []
        return
    after = apply(zone, first.changes)
    assert plan(after, [HOST], "a", target, overwrite=overwrite).changes == []
    cut = data.draw(st.integers(0, len(first.changes)))
    between = apply(zone, first.changes[:cut])
    second = plan(between, [HOST], "a", target, overwrite=overwrite)
    assert second.changes == first.changes[cut:]
    # Nothing outside the host, and without consent nothing of others'.
    assert all(x["record"] in (HOST, f"_llmops-bedrock.{HOST}") for x in first.changes)
    if not overwrite or target is None:
        kept = [x for x in zone if mark() not in zone or not x.get("alias_target") or policy(x)]
        assert all(x in after for x in kept if x != mark())


def test_the_search_for_leftovers_knows_the_mark() -> None:
    made = plan([], [HOST], "a", TARGET).changes[0]
    thing = Thing("dns_record", "id", made["record"], details={"type": made["type"], "targets": made["value"]})
    assert by_marker(thing, Scope("a"))
    assert not by_marker(thing, Scope("b"))
    assert marked_host(thing.name) == HOST

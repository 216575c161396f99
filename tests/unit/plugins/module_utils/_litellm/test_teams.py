from __future__ import annotations

import json

import pytest
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.errors import LiteLLMError
from ansible_collections.llmops.bedrock.plugins.module_utils._litellm.teams import Teams
from ansible_collections.llmops.bedrock.plugins.module_utils._resource import Call

from .fake_teams import FakeTeams

BODY = {"team_id": "t", "team_alias": "app", "max_budget": 5}
CREATE = Call("create team", {"body": BODY})
DELETE = Call("delete team", {"team_id": "t", "label": "app"})


def answer(status, content):
    return (status, "application/json", json.dumps(content))


@pytest.fixture
def stored(litellm):
    fake = FakeTeams()
    litellm.serve = fake.serve
    return fake


@pytest.fixture
def teams(client, stored):
    return Teams(client)


def paths(litellm):
    return [path for method, path, body in litellm.writes]


def test_every_page_is_read(teams, stored):
    stored.rows = {name: {"team_id": name, "team_alias": name} for name in "abc"}
    stored.page_size = 2
    assert [team["team_id"] for team in teams.all()] == ["a", "b", "c"]


def test_a_team_is_found_by_its_exact_id_or_alias(teams, stored):
    aliases = {"1": "app", "2": "App", "3": "app-2", "4": "app", "5": None}
    stored.rows = {name: {"team_id": name, "team_alias": alias} for name, alias in aliases.items()}
    assert [team["team_id"] for team in teams.by_alias("app")] == ["1", "4"]
    assert teams.by_id("3")["team_alias"] == "app-2"
    assert teams.by_id("6") is None


@pytest.mark.parametrize("wrong", [{"teams": ["id"]}, [], {"message": "hi"}])
def test_a_list_that_is_none(teams, litellm, wrong):
    litellm.answers = [answer(200, wrong)]
    with pytest.raises(LiteLLMError, match="something else than a list of teams"):
        teams.all()


def test_create_change_and_delete(teams, stored, litellm):
    assert teams.execute(CREATE) is True
    assert teams.execute(Call("update team", {"body": {"team_id": "t", "max_budget": None}})) is True
    assert stored.rows["t"] == {**BODY, "members_with_roles": [], "spend": 0.0, "max_budget": None}
    assert teams.execute(DELETE) is True
    assert teams.execute(DELETE) is False
    assert stored.rows == {} and len(litellm.writes) == 4


def test_a_lost_answer_is_looked_up(teams, stored, litellm):
    litellm.after_write = [None]
    assert teams.execute(CREATE) is True
    assert list(stored.rows) == ["t"] and paths(litellm) == ["/team/new", "/team/update"]


def test_a_creation_that_did_not_happen_fails(teams, stored, litellm):
    litellm.answers = [None]
    with pytest.raises(LiteLLMError, match="create the team app"):
        teams.execute(CREATE)
    assert stored.rows == {} and paths(litellm) == ["/team/new"]


def test_two_runs_at_the_same_time_make_one_team(teams, stored):
    stored.rows["t"] = {"team_id": "t", "team_alias": "app", "max_budget": 1}
    teams.execute(CREATE)
    assert stored.rows["t"]["max_budget"] == 5


@pytest.mark.parametrize("call", [CREATE, DELETE, Call("update team", {"body": BODY})])
def test_a_refusal_is_passed_on(teams, litellm, call):
    litellm.answers = [answer(400, {"error": {"message": "{'error': 'no such thing'}"}})]
    with pytest.raises(LiteLLMError, match="no such thing") as refused:
        teams.execute(call)
    assert "app" in str(refused.value)

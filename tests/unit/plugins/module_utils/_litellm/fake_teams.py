"""LiteLLM's calls for teams, in memory, for the small LiteLLM of the unit tests."""

from __future__ import annotations


class FakeTeams:
    """Serves /team/* and the list of teams, as LiteLLM does. Take ``serve`` for the one of the server."""

    def __init__(self):
        self.rows, self.page_size = {}, 100

    def serve(self, method, path, query, body):
        if path == "/v2/team/list":
            return 200, self.listing(query)
        if path == "/team/new":
            if body["team_id"] in self.rows:
                message = f"{{'error': 'Team id = {body['team_id']} already exists. Please use a different team id.'}}"
                return 400, {"error": {"message": message}}
            self.rows[body["team_id"]] = {"members_with_roles": [], "spend": 0.0, **body}
            return 200, self.rows[body["team_id"]]
        team_id = body["team_id"] if path == "/team/update" else body["team_ids"][0]
        if team_id not in self.rows:
            return 404, {"detail": {"error": f"Team not found, passed team_id={team_id}"}}
        if path == "/team/update":
            self.rows[team_id].update(body)
        else:
            del self.rows[team_id]
        return 200, {}

    def listing(self, query):
        alias = query.get("team_alias", "").lower()
        rows = [row for row in self.rows.values() if alias in (row["team_alias"] or "").lower()]
        rows = [row for row in rows if query.get("team_id", row["team_id"]) == row["team_id"]]
        page, size = int(query["page"]), min(int(query["page_size"]), self.page_size)
        return {"teams": rows[(page - 1) * size : page * size], "total_pages": -(-len(rows) // size)}

"""Classic load balancers, which the emulated AWS does not have: as much of their API as a search needs.

usage: classic.py PORT    serves until it is killed
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

Balancers = dict[str, dict[str, str]]
FOUND: Balancers = {}
"""Tags by name."""


def create(form: dict[str, str]) -> str:
    pairs = [number for number in range(1, 50) if f"Tags.member.{number}.Key" in form]
    FOUND[form["LoadBalancerName"]] = {
        form[f"Tags.member.{number}.Key"]: form[f"Tags.member.{number}.Value"] for number in pairs
    }
    return "<DNSName>classic.example</DNSName>"


def describe(_form: dict[str, str]) -> str:
    members = "".join(f"<member><LoadBalancerName>{name}</LoadBalancerName></member>" for name in FOUND)
    return f"<LoadBalancerDescriptions>{members}</LoadBalancerDescriptions>"


def describe_tags(form: dict[str, str]) -> str:
    members = ""
    for name in [value for key, value in form.items() if key.startswith("LoadBalancerNames.member.")]:
        tags = "".join(f"<member><Key>{key}</Key><Value>{value}</Value></member>" for key, value in FOUND[name].items())
        members += f"<member><LoadBalancerName>{name}</LoadBalancerName><Tags>{tags}</Tags></member>"
    return f"<TagDescriptions>{members}</TagDescriptions>"


ACTIONS = {"CreateLoadBalancer": create, "DescribeLoadBalancers": describe, "DescribeTags": describe_tags}


class Handler(BaseHTTPRequestHandler):
    """Query protocol: a form in, XML out."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(parse_qsl(body))
        action = form["Action"]
        result = f"<{action}Result>{ACTIONS[action](form)}</{action}Result>"
        space = "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/"
        answer = f'<{action}Response xmlns="{space}">{result}</{action}Response>'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()

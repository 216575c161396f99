"""`python3 -m alb_controller`: watch, reconcile, answer probes."""

from __future__ import annotations

import argparse
import contextlib
import http.server
import logging
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from .aws import Aws
from .cluster import INGRESSES, Cluster
from .kube_api import SERVICE_ACCOUNT, KubeApi, KubeError
from .leader import Leader
from .planner import World
from .reconcile import reconcile

log = logging.getLogger("alb-controller")
RESYNC = 30.0
RETRY = 2.0
RENEW = 5.0
HEALTH_PORT = 61779
WATCHED = (INGRESSES, "/api/v1/services", "/apis/discovery.k8s.io/v1/endpointslices")


def arguments() -> argparse.Namespace:
    """The real controller's flags that matter here; the others are taken and ignored."""
    parser = argparse.ArgumentParser(prog="alb_controller", allow_abbrev=False)
    parser.add_argument("--cluster-name", required=True)
    parser.add_argument("--aws-region", required=True)
    parser.add_argument("--aws-vpc-id", required=True)
    parser.add_argument("--ingress-class", default="alb")
    parser.add_argument("--default-target-type", default="instance")
    parser.add_argument("--default-tags", default="")
    return parser.parse_known_args()[0]


class Probe(http.server.BaseHTTPRequestHandler):
    """/healthz and /readyz."""

    def do_GET(self) -> None:
        """Alive as long as it answers; kubelet may have given up meanwhile."""
        with contextlib.suppress(OSError):
            self.send_response(200 if self.path in ("/healthz", "/readyz") else 404)
            self.end_headers()
            self.wfile.write(b"ok")

    def log_message(self, format: str, *args: Any) -> None:
        """Probes are not worth a line."""


def watch(api: KubeApi, path: str, wake: threading.Event) -> None:
    """Wake the loop at every change; never ends."""
    while True:
        try:
            for _event in api.watch(path):
                wake.set()
        except (KubeError, OSError) as error:
            log.warning("watch of %s: %s", path, error)
            time.sleep(RETRY)


def run(options: argparse.Namespace, api: KubeApi, wake: threading.Event) -> None:
    """Reconcile after changes and every few seconds; never ends."""
    tags = dict(pair.split("=", 1) for pair in options.default_tags.split(",") if "=" in pair)
    world = World(options.cluster_name, default_target_type=options.default_target_type, default_tags=tags)
    cluster = Cluster(api, options.ingress_class)
    leader = Leader(api, (SERVICE_ACCOUNT / "namespace").read_text().strip())
    aws: Aws | None = None
    due = 0.0
    while True:
        try:
            if leader.held() and (wake.is_set() or time.monotonic() >= due):
                wake.clear()
                aws = aws or Aws(options.aws_region, options.cluster_name, options.aws_vpc_id)
                due = time.monotonic() + (RESYNC if reconcile(cluster, aws, world) else RETRY)
        except (KubeError, OSError, BotoCoreError, ClientError) as error:
            log.warning("%s", error)
            due = time.monotonic() + RETRY
        if wake.wait(max(0.1, min(RENEW, due - time.monotonic()))):
            time.sleep(0.2)  # what comes together is done together


def main() -> None:
    """Start the threads and the loop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    options = arguments()
    log.info("stand-in for the AWS Load Balancer Controller, cluster %s", options.cluster_name)
    server = http.server.ThreadingHTTPServer(("0.0.0.0", HEALTH_PORT), Probe)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    api, wake = KubeApi.in_cluster(), threading.Event()
    for path in WATCHED:
        threading.Thread(target=watch, args=(api, path, wake), daemon=True).start()
    run(options, api, wake)


if __name__ == "__main__":
    main()

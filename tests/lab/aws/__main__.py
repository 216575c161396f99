"""`python -m tests.lab.aws`: the emulated AWS, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import Any

from tests.lab import settings
from tests.lab.aws import (
    agent_address,
    bedrock,
    bedrock_runtime,
    certificates,
    cloudformation,
    ec2,
    eks,
    eks_addons,
    eks_nodegroups,
    eks_tags,
    elbv2,
    emulator,
    gateway,
    iam,
    kube_sync,
    kube_wipe,
    lab_views,
    oidc_proxy,
    persistence,
    pod_identity,
    pod_identity_webhook,
    restart,
    seed,
)
from tests.lab.aws.config import Config, from_environment


def install_gaps(config: Config) -> None:
    """Complete ministack, service by service."""
    eks.install(config, lambda: kube_wipe.wipe(config))
    eks_addons.install()
    eks_nodegroups.install()
    eks_tags.install()
    cloudformation.install()
    ec2.install()
    iam.install()
    elbv2.install()
    bedrock.install()
    bedrock_runtime.install()


def listen(config: Config, server_config: Any) -> None:
    """AWS and the Pod Identity agent in plain HTTP, as SDKs expect the agent; the webhook with TLS."""
    plain = [config.bind]
    if agent_address.start(config):
        plain.append(config.agent_bind)
    if not config.webhook_bind:
        server_config.bind = plain
        return
    host = config.webhook_bind.rpartition(":")[0]
    pair = certificates.ensure(config.state / "tls", "webhook", (host,), settings.LAB_CA, settings.LAB_CA_KEY)
    server_config.certfile, server_config.keyfile = map(str, pair)
    server_config.bind, server_config.insecure_bind = [config.webhook_bind], plain


async def serve(config: Config, application: gateway.Application) -> None:
    """Answer until SIGTERM or SIGINT."""
    asyncio_server, server_config = emulator.hypercorn()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    listen(config, server_config)
    server_config.errorlog = None  # it goes to the log of this process, once
    server_config.keep_alive_timeout = 75
    server_config.graceful_timeout = 2
    await asyncio_server.serve(application, server_config, shutdown_trigger=stop.wait)


def main() -> None:
    """Prepare, restore, seed, serve."""
    config = from_environment()
    emulator.prepare(config)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = emulator.module("app")
    install_gaps(config)
    saver = persistence.saver(config.state)
    log = gateway.RequestLog(config.request_log)
    oidc_proxy.start(config, log.write)
    front = gateway.Gateway(app.app, log, saver.changed)
    front.handlers[pod_identity.PATH] = pod_identity.handler(config)
    front.handlers[pod_identity_webhook.PATH] = pod_identity_webhook.handler
    front.handlers[lab_views.NAMES] = lab_views.show_names
    front.handlers[lab_views.CLUSTER] = lab_views.show_cluster
    asyncio.run(serve(config, started(front, config, saver)))


def started(front: gateway.Gateway, config: Config, saver: persistence.Saver) -> gateway.Application:
    """The application with what has to follow ministack's own start, which restores the saved state."""

    async def application(scope: gateway.Scope, receive: gateway.Receive, send: gateway.Send) -> None:
        if scope["type"] != "lifespan":
            await front(scope, receive, send)
            return
        await front(scope, receive, after_startup(send, lambda: begin(config, saver)))

    return application


def after_startup(send: gateway.Send, action: Callable[[], None]) -> gateway.Send:
    """Run the action when ministack says that it has started."""

    async def watched(message: dict[str, object]) -> None:
        if message["type"] == "lifespan.startup.complete":
            action()
        await send(message)

    return watched


def begin(config: Config, saver: persistence.Saver) -> None:
    """Seed the account and start the background threads."""
    restart.repair()
    seed.seed()
    saver.start()
    saver.changed()
    kube_sync.start(config, (kube_sync.sync_nodes, pod_identity_webhook.sync(config)))


if __name__ == "__main__":
    main()

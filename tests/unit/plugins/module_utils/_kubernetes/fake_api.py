"""A Kubernetes API on a real port that lists pods and forwards ports, as far as port_forward uses it."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def pod(name="litellm-1", ready=True, deleting=False, waiting=None):
    state = {"waiting": {"reason": waiting}} if waiting else {"running": {}}
    container = {"name": "c", "ready": ready, "restartCount": 0, "image": "i", "imageID": "i", "state": state}
    metadata = {"name": name, "namespace": "litellm"}
    if deleting:
        metadata["deletionTimestamp"] = "2030-01-01T00:00:00Z"
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return {
        "metadata": metadata,
        "status": {"phase": "Running", "conditions": conditions, "containerStatuses": [container]},
    }


class FakeKubernetes(ThreadingHTTPServer):
    """target: port that the pods' port leads to; None: nothing listens in the pod."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pods, self.list_status, self.forward_status, self.target, self.requests = [pod()], 200, 101, None, []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        self.server.requests.append((url.path, parse_qs(url.query), self.headers.get("authorization")))
        if url.path.endswith("/portforward"):
            self.forward(int(parse_qs(url.query)["ports"][0]))
        else:
            self.give(self.server.list_status, {"kind": "PodList", "apiVersion": "v1", "items": self.server.pods})

    def give(self, status, content):
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def forward(self, port):
        if self.server.forward_status != 101:
            self.give(self.server.forward_status, {})
            return
        digest = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + _MAGIC).encode()).digest()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
        self.send_header("Sec-WebSocket-Protocol", "v4.channel.k8s.io")
        self.end_headers()
        self.close_connection = True
        for channel in (0, 1):
            self.frame(bytes([channel]) + struct.pack("<H", port))
        if self.server.target is None:
            self.frame(b"\x01dial tcp 127.0.0.1:4000: connect: connection refused")
            while self.read_frame() is not None:  # as the kubelet: to close first could lose the frame on its way
                pass
            return
        with socket.create_connection(("127.0.0.1", self.server.target)) as target:
            back = threading.Thread(target=self.copy_back, args=(target,))
            back.start()
            while (data := self.read_frame()) is not None:
                target.sendall(data[1:])
            target.shutdown(socket.SHUT_RDWR)
            back.join()

    def copy_back(self, target):
        try:
            while data := target.recv(65536):
                self.frame(b"\x00" + data)
            self.frame(b"", opcode=8)
        except OSError:
            pass

    def frame(self, data, opcode=2):
        if len(data) < 126:
            size = bytes([len(data)])
        elif len(data) < 65536:
            size = b"\x7e" + struct.pack(">H", len(data))
        else:
            size = b"\x7f" + struct.pack(">Q", len(data))
        self.wfile.write(bytes([0x80 | opcode]) + size + data)

    def read_frame(self):
        head = self.rfile.read(2)
        if len(head) < 2 or head[0] & 15 == 8:
            return None
        size = head[1] & 127
        if size > 125:
            size = struct.unpack(">H" if size == 126 else ">Q", self.rfile.read(2 if size == 126 else 8))[0]
        mask = self.rfile.read(4)
        return bytes(byte ^ mask[index % 4] for index, byte in enumerate(self.rfile.read(size)))

    def log_message(self, *arguments):
        pass

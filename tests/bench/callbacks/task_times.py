"""Writes how long each task of a play took, for tests/bench/measure.py."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_times
type: notification
short_description: Seconds of each task
description: Appends a line of JSON for each result of a task to the file that BENCH_TASK_TIMES names.
  A task that runs a command also has the seconds of that alone.
"""


class CallbackModule(CallbackBase):
    """From the moment a task starts, before its arguments are templated, until its result was taken in."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_times"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.started = time.monotonic()

    def v2_runner_on_ok(self, result):
        seconds = time.monotonic() - self.started
        line = {
            "task": result.task.name,
            "seconds": seconds,
            "changed": result.result.get("changed", False),
            "command_seconds": command_seconds(result.result.get("delta")),
        }
        with Path(os.environ["BENCH_TASK_TIMES"]).open("a") as file:
            file.write(f"{json.dumps(line)}\n")


def command_seconds(delta):
    """Of "0:00:01.5", as ansible.builtin.command has it. None: no command."""
    if delta is None:
        return None
    hours, minutes, seconds = map(float, delta.split(":"))
    return (hours * 60 + minutes) * 60 + seconds

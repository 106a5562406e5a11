# The benchmark's end of a Python process: commands come in, one at a time, answers go out, as lines of JSON.
import json
import os
import socket
import time
import traceback


def machine_time():
    """Milliseconds of the clock that all processes of the machine share."""
    return time.monotonic_ns() / 1e6


def cpu():
    """Processor time of this process so far, in microseconds."""
    return time.process_time_ns() / 1000


def serve(commands, facts=None):
    """Does what it is told until nobody is left to tell it. Node hands its children a socket by number."""
    commands = {"cpu": cpu, **commands}
    channel = socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
    lines = channel.makefile("r", encoding="utf-8")

    def say(message):
        channel.sendall((json.dumps(message) + "\n").encode())

    say({"ready": True, "facts": facts or {}})
    for line in lines:
        message = json.loads(line)
        if "command" not in message:
            continue
        try:
            result = commands[message["command"]](**message["options"])
            say({"id": message["id"], "result": result})
        except Exception:
            say({"id": message["id"], "error": traceback.format_exc()})
    os._exit(0)

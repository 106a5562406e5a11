# multiprocessing.connection: a server at a Unix socket, a thread for each connection. Objects are pickled, bytes go as they are.
import sys
import threading
from multiprocessing.connection import Listener

from channel import machine_time, serve
from pattern import seed_of

listeners = []


def answer(connection):
    """What a client asks for, until it leaves."""
    try:
        while True:
            method, *arguments = connection.recv()
            if method == "noop":
                connection.send(None)
            elif method == "object":
                connection.send(arguments[0])
            elif method == "take":
                connection.send(seed_of(connection.recv_bytes()))
            elif method == "stream":
                for n in range(arguments[0]):
                    connection.send({"n": n, "volts": 0.25})
            elif method == "hear":
                listeners.append(connection)
                connection.send(None)
                return
    except (EOFError, ConnectionError):
        connection.close()


def accept(listener):
    while True:
        connection = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def publish(count):
    start = machine_time()
    for n in range(count):
        for connection in listeners:
            connection.send({"n": n, "volts": 0.25})
    return {"start": start}


listener = Listener(sys.argv[1], "AF_UNIX", backlog=16)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
serve({"publish": publish})

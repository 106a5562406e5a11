# multiprocessing.connection: a client. It blocks; with many calls in flight it sends that many ahead.
import sys
import threading
import time
from multiprocessing.connection import Client

from channel import machine_time, serve
from pattern import stamp

WARM = 0.3
connection = Client(sys.argv[1], "AF_UNIX")


def message(work, value=None):
    return ("object", value) if work == "object" else ("noop",)


def in_turn(request, seconds, pause=0.0):
    times = []
    now = time.perf_counter_ns()
    end = now + seconds * 1e9
    while now < end:
        if pause:
            time.sleep(pause)
            now = time.perf_counter_ns()
        connection.send(request)
        connection.recv()
        then = time.perf_counter_ns()
        times.append((then - now) / 1000)
        now = then
    return times


def of_trips(times):
    times.sort()
    at = lambda part: times[min(len(times) - 1, int(len(times) * part))]
    return {"count": len(times), "p50": at(0.5), "p99": at(0.99), "p999": at(0.999)}


def trips(work, seconds, value=None):
    request = message(work, value)
    in_turn(request, seconds * WARM)
    return of_trips(in_turn(request, seconds))


def spaced(work, seconds, pause):
    return of_trips(in_turn(message(work), seconds, pause / 1000))


def flying(request, inFlight, seconds):
    start = time.perf_counter()
    for _ in range(inFlight):
        connection.send(request)
    calls = 0
    while time.perf_counter() - start < seconds:
        connection.recv()
        calls += 1
        connection.send(request)
    for _ in range(inFlight):
        connection.recv()
    calls += inFlight
    took = time.perf_counter() - start
    return calls, calls / took


def flood(work, inFlight, seconds, value=None):
    request = message(work, value)
    first, _ = flying(request, inFlight, seconds * WARM)
    calls, rate = flying(request, inFlight, seconds)
    return {"rate": rate, "all": first + calls}


def streamed(count):
    start = time.perf_counter()
    connection.send(("stream", count))
    for _ in range(count):
        connection.recv()
    return count / (time.perf_counter() - start)


def stream(seconds):
    rate = streamed(1000)
    return {"rate": streamed(round(min(200_000, max(1000, rate * seconds))))}


def payload(bytes, way, budget):
    data = bytearray(b"\x01") * bytes
    seed = 0

    def transfer():
        nonlocal seed
        seed = (seed + 1) & 255
        stamp(data, seed)
        before = time.perf_counter()
        connection.send(("take",))
        connection.send_bytes(data)
        seen = connection.recv()
        took = time.perf_counter() - before
        if seen != seed:
            raise ValueError(f"the receiver saw {seen} in place of {seed}")
        return took * 1000

    transfer()
    times = []
    end = time.perf_counter() + budget / 1000
    while not times or (time.perf_counter() < end and len(times) < 200):
        times.append(transfer())
    return times


class Hearing:
    """Items that the server publishes to all."""

    def __init__(self):
        self.source = None
        self.thread = None
        self.outcome = None

    def begin(self, count):
        if self.source is None:
            self.source = Client(sys.argv[1], "AF_UNIX")
            self.source.send(("hear",))
            self.source.recv()
        self.thread = threading.Thread(target=self.listen, args=(count,))
        self.thread.start()

    def listen(self, count):
        items = 0
        while True:
            items += 1
            if self.source.recv()["n"] == count - 1:
                self.outcome = {"items": items, "end": machine_time()}
                return

    def done(self):
        self.thread.join()
        return self.outcome


hearing = Hearing()
serve(
    {
        "trips": trips,
        "spaced": spaced,
        "flood": flood,
        "stream": stream,
        "payload": payload,
        "hear": hearing.begin,
        "heard": hearing.done,
    },
    {"can": ["noop", "calls", "object", "take", "stream", "hear"]},
)

"""How is one server started on one core, and what does it do under load from the other?"""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from servers import LOAD_TOOL, PEERS, REDIRECT, with_environment

SERVER_CORE, LOAD_CORE = 0, 1
PATIENCE = 20.0
MIB = 1024 * 1024


class Failed(Exception):
    """A measurement that would be worthless: refused requests, a server that never answered."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A server process pinned to its core. Only this process is ever ended, by its own id."""

    def __init__(self, server):
        self.server = server
        self.port = server.fixed_port or free_port()
        words = [str(word).format(port=self.port, tls_port=free_port()) for word in server.command]
        quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
        os.sched_setaffinity(0, {SERVER_CORE})  # the child inherits it; no helper process to time
        start = time.perf_counter()
        self.pid = os.posix_spawn(words[0], words, with_environment(server), file_actions=quiet)
        os.sched_setaffinity(0, {LOAD_CORE})
        try:
            self.launch_ms = self._first_answer(start)
            if server.register:
                server.register(server, self.port)
        except BaseException:
            self.stop()
            raise

    def _first_answer(self, start):
        request = f"GET {self.server.discovery} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n"
        while time.perf_counter() - start < PATIENCE:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as stream:
                    stream.sendall(request.encode())
                    if b" 200 " in stream.recv(64):
                        return (time.perf_counter() - start) * 1000
            except OSError:
                time.sleep(0.0001)
        raise Failed(f"{self.server.name} did not answer within {PATIENCE} s")

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def resident_mib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) / 1024

    def processor_seconds(self):
        """Time on the processor so far, of all its threads: unlike a rate, unmoved by what else the machine does."""
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat", encoding="ascii") as spent:
                total += int(spent.read().split()[0])
        return total / 1e9

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return
            time.sleep(0.005)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def on_load_core(*words):
    done = subprocess.run(["taskset", "-c", str(LOAD_CORE), *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{words[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wrk(running, path, seconds, connections, script=None, words=()):
    """Answered requests per second, their 99th percentile in ms, and how many there were."""
    arguments = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if script:
        arguments += ["-s", PEERS / script]
    text = on_load_core(*arguments, running.url(path), *(["--", *words] if words else []))
    refused = re.search(r"(Non-2xx or 3xx responses|Socket errors): .*", text)
    if refused:
        raise Failed(f"{running.server.name} {path}: {refused[0]}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    p99 = float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    return rate, p99, int(re.search(r"(\d+) requests in", text)[1])


@dataclass(frozen=True)
class Result:
    """What one measurement found: requests (or flows) per second, and the server's own time for one, in seconds."""

    rate: float
    cost: float
    p99: float


def measured(running, load):
    before = running.processor_seconds()
    rate, p99, count = load()
    return Result(rate, (running.processor_seconds() - before) / count, p99)


def documents(running, path, seconds):
    return measured(running, lambda: wrk(running, path, seconds, connections=16))


def tokens(running, seconds):
    server = running.server
    return measured(running, lambda: wrk(running, server.token, seconds, 8, "post.lua", [server.token_body()]))


def flows(running, seconds):
    server = running.server
    path = server.authorize_path(server.redeem_form["client_id"])

    def load():
        text = on_load_core(LOAD_TOOL, f"127.0.0.1:{running.port}", 8, seconds, path, server.redeem, REDIRECT,
                            server.redeem_body())
        count, rate, p99 = re.search(r"(\d+) flows, ([\d.]+)/s, p99 ([\d.]+) ms", text).groups()
        return float(rate), float(p99), int(count)

    return measured(running, load)


def mixed_load(running, requests):
    """At least this many requests, nine of metadata to one token; returns how many it was."""
    server, sent = running.server, 0
    words = [server.discovery, server.token, server.token_body()]
    while sent < requests:
        sent += wrk(running, "/", 5, 16, "mix.lua", words)[2]
    return sent


def document_size(running, path):
    with urllib.request.urlopen(running.url(path)) as answer:
        return len(answer.read())

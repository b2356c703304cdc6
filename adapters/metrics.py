"""Figures for Prometheus: counted in files that all processes on this machine share, shown on a port of their own.

It must not know a request or a person: what it counts has the name of an endpoint or a job.
"""

import os
from pathlib import Path

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)  # the bounds of the buckets


class Meter:
    """Counts in a folder. Of several folders in one process the first counts: prometheus_client reads it once."""

    def __init__(self, folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # only now: it reads the environment

        registry = CollectorRegistry()
        self._requests = Counter("loket_requests", "Requests answered", ["endpoint", "status"], registry=registry)
        self._seconds = Histogram(
            "loket_request_seconds", "How long an answer took", ["endpoint"], buckets=SECONDS, registry=registry
        )
        self._jobs = Counter("loket_jobs", "What the worker did", ["job", "outcome"], registry=registry)
        self._round = Gauge(
            "loket_worker_last_round_timestamp_seconds",
            "When a worker last looked at the queue",
            multiprocess_mode="mostrecent",
            registry=registry,
        )

        self._findings = Gauge(
            "loket_check_findings",
            "What the last `flask check` found wrong",
            multiprocess_mode="mostrecent",
            registry=registry,
        )
        self._checked = Gauge(
            "loket_check_timestamp_seconds",
            "When that was",
            multiprocess_mode="mostrecent",
            registry=registry,
        )

    def request(self, endpoint, status, seconds):
        self._requests.labels(endpoint, status).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def job(self, name, outcome, count):
        self._jobs.labels(name, outcome).inc(count)

    def round(self):
        self._round.set_to_current_time()

    def checked(self, found):
        self._findings.set(found)
        self._checked.set_to_current_time()


class Nothing:
    """Counts nothing, where no folder was named."""

    def request(self, *_):
        pass

    job = round = checked = request


def meter(folder):
    return Meter(folder) if folder else Nothing()


def show(folder, host, port, read):
    """Serve /metrics there, in threads of its own; (server, thread). `read`: () -> {name: (what it means, figure)}."""
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.multiprocess import MultiProcessCollector

    class OfTheRegister:
        def collect(self):
            for name, (meaning, figure) in read().items():
                yield GaugeMetricFamily(f"loket_{name}", meaning, value=figure)

        def describe(self):  # or it is asked to collect while it is registered
            return []

    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)
    registry.register(OfTheRegister())
    return start_http_server(port, host, registry)

"""What the server counts, for Prometheus. Each application has its own registry, so that two in one process do not mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.core import CounterMetricFamily

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prometheus_client import Metric

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Measures:
    """Counters of one application."""

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Counter("onelead_requests", "Requests, by route template.", (*labels, "status"), registry=self.registry)
        self._seconds = Histogram("onelead_request_seconds", "Time to answer.", labels, buckets=SECONDS, registry=self.registry)
        self.running = Gauge("onelead_requests_running", "Requests being answered now.", registry=self.registry)
        self.refused = Counter(
            "onelead_refused", "Requests refused before they reached a page, by reason.", ("code",), registry=self.registry
        )
        Info("onelead_build", "What runs.", registry=self.registry).info({"version": version})

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def watch(self, name: str, help_text: str, label: str, read: Callable[[], dict[str, float]]) -> None:
        """Count what is known elsewhere: ``read`` gives the totals by label when the measures are asked for."""
        self.registry.register(_Read(name, help_text, label, read))

    def text(self) -> bytes:
        """All measures, as Prometheus reads them."""
        return generate_latest(self.registry)


class _Read:
    def __init__(self, name: str, help_text: str, label: str, read: Callable[[], dict[str, float]]) -> None:
        self._family = (name, help_text, label)
        self._read = read

    def describe(self) -> Iterable[Metric]:
        """The family without values, so that registering asks nobody."""
        name, help_text, label = self._family
        return [CounterMetricFamily(name, help_text, labels=[label])]

    def collect(self) -> Iterable[Metric]:
        """The family as it is now."""
        name, help_text, label = self._family
        family = CounterMetricFamily(name, help_text, labels=[label])
        for value, count in sorted(self._read().items()):
            family.add_metric([value], count)
        return [family]

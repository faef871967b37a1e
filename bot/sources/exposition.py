"""Reads what a `/metrics` page says."""

import re
from collections.abc import Collection
from typing import TypeAlias

from prometheus_client.parser import text_string_to_metric_families

Key: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]


# Counters without `_total`, as some exporters have: the parser calls their samples `..._total`, as OpenMetrics does.
_ODD_COUNTER = re.compile(r"^# TYPE (\S+)(?<!_total) counter\s*$", re.MULTILINE)


class NotMetricsError(ValueError):
    """The text is not in the Prometheus text format."""


def parse(body: bytes, wanted: Collection[str]) -> dict[Key, float]:
    """The samples of the wanted metrics: (name, sorted labels) -> value. Of a sample said twice the last stays.

    Time stamps in the text are passed over: what counts is when we saw it.

    Raises:
        NotMetricsError: any line is not in the Prometheus text format.
    """
    samples: dict[Key, float] = {}
    text = body.decode("utf-8", "replace")
    odd = set(_ODD_COUNTER.findall(text))
    try:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                name = family.name if family.name in odd else sample.name
                if name in wanted:
                    samples[name, tuple(sorted(sample.labels.items()))] = float(sample.value)
    except (ValueError, IndexError, OverflowError) as error:
        raise NotMetricsError("the answer is not in the Prometheus text format") from error
    return samples

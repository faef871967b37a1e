import pytest

from bot.domain.metric_kinds import CALLING, ERRORS, HOST, OTHER, RESOURCE, SLOWNESS, SUCCESS, TRAFFIC, Kind, kind_of


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("latency.p99", SLOWNESS),
        ("latency-50", SLOWNESS),
        ("PodServerLatencyP95(s)", SLOWNESS),
        ("http_request_duration_seconds", SLOWNESS),
        ("p99", SLOWNESS),
        ("PodClientLatencyP95(s)", CALLING),
        ("upstream_response_time", CALLING),
        ("availability.Average", SUCCESS),
        ("PodSuccessRate(%)", SUCCESS),
        ("up", SUCCESS),
        ("error", ERRORS),
        ("http_errors_total", ERRORS),
        ("request_failures", ERRORS),
        ("5xx", ERRORS),
        ("cpu", RESOURCE),
        ("CpuUsageRate(%)", RESOURCE),
        ("container_memory_rss", RESOURCE),
        ("diskio", RESOURCE),
        ("open_fds", RESOURCE),
        ("NodeCpuUsageRate(%)", HOST),
        ("workload", TRAFFIC),
        ("requests.Sum", TRAFFIC),
        ("NetworkReceiveBytes", TRAFFIC),
        ("temperature", OTHER),
        ("", OTHER),
        ("(%)", OTHER),
    ],
)
def test_the_name_tells_the_kind(metric: str, kind: Kind) -> None:
    assert kind_of(metric) is kind

import pytest

from bot.sources.naming import PARTS, find_service, part


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ({"service": "checkout", "app": "x", "job": "y"}, "checkout"),
        ({"app": "shop", "job": "y"}, "shop"),
        ({"service": " ", "job": "node"}, "node"),
        ({"job": "", "instance": "10.0.0.1:9100"}, "10.0.0.1:9100"),
        ({"queue": "orders"}, ""),
        ({}, ""),
    ],
)
def test_the_first_label_of_the_rule_that_is_there_names_the_service(labels: dict[str, str], service: str) -> None:
    assert find_service(labels) == service


def test_a_rule_of_ones_own() -> None:
    assert find_service({"queue": "orders", "service": "x"}, ("queue",)) == "orders"


@pytest.mark.parametrize(
    ("pod", "workload"),
    [
        ("checkout-7c9d4f6b8-k2xvn", "checkout"),
        ("node-exporter-x7k2p", "node-exporter"),
        ("kafka-broker-0", "kafka-broker"),
        ("ledger-12", "ledger"),
        ("backup-28391234-x7k2p", "backup"),
        ("api-v2-5d4f8c9b7-zzzzz", "api-v2"),
        ("coredns", ""),
    ],
)
def test_the_workload_of_a_pod(pod: str, workload: str) -> None:
    assert find_service({"pod": pod}, ("pod_workload",)) == workload
    assert find_service({"pod": pod}, ("pod_workload", "pod")) == workload or pod


@pytest.mark.parametrize(
    ("instance", "host"),
    [
        ("https://shop.example/health?x=1", "shop.example"),
        ("mail.example:25", "mail.example"),
        ("http://10.0.0.1:8080", "10.0.0.1"),
    ],
)
def test_the_host_of_an_address(instance: str, host: str) -> None:
    assert find_service({"instance": instance}, ("instance_host",)) == host


@pytest.mark.parametrize(("job", "name"), [("nightly-28391234", "nightly"), ("import-2", "import-2")])
def test_the_cron_job_of_a_job(job: str, name: str) -> None:
    assert find_service({"job_name": job}, ("job_name_workload",)) == name


def test_a_part_is_written_alike_for_a_server() -> None:
    assert part("queue") == ("queue", "(.+)")
    assert all(not set(like) & set('"\\$') and like.count("(") - like.count("(?:") == 1 for _, like in PARTS.values())

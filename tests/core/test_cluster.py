"""Which workers learn together, as options or TF_CONFIG say it."""

import json

import pytest

from cnnstudio.core.cluster import Cluster, ClusterError, cluster_of, place_of

TWO = ("a:1", "b.example.org:65535")


def config(index: int, kind: str = "worker", **jobs: list[str]) -> dict[str, str]:
    return {"TF_CONFIG": json.dumps({"cluster": jobs, "task": {"type": kind, "index": index}})}


def test_the_options_name_the_workers_and_which_one_this_is() -> None:
    assert cluster_of("a:1, b.example.org:65535", 1, {}) == Cluster(TWO, 1)


def test_the_options_go_before_the_environment() -> None:
    assert cluster_of("a:1,b.example.org:65535", 0, config(1, worker=["c:1", "d:1"])) == Cluster(
        TWO, 0
    )


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"TF_CONFIG": " "}, None),
        ({"TF_CONFIG": "{}"}, None),
        (config(1, worker=list(TWO)), Cluster(TWO, 1)),
        (config(0, "chief", chief=["a:1"], worker=["b.example.org:65535"]), Cluster(TWO, 0)),
        (config(0, chief=["a:1"], worker=["b.example.org:65535"]), Cluster(TWO, 1)),
        (config(0, worker=["a:1"]), None),
    ],
)
def test_the_environment_says_it_as_tensorflow_does(
    environment: dict[str, str], expected: Cluster | None
) -> None:
    assert cluster_of(None, None, environment) == expected


@pytest.mark.parametrize(
    ("workers", "index", "words"),
    [
        ("a:1,b:2", None, "--index"),
        (None, 1, "--workers"),
        ("a:1,b:2", 2, "from 0 to 1"),
        ("a:1,b:2", -1, "from 0 to 1"),
        ("a,b:2", 0, "“a” is no address"),
        ("a:0,b:2", 0, "“a:0” is no address"),
        ("a:1,b:65536", 0, "“b:65536” is no address"),
        ("http://a:1,b:2", 0, "is no address"),
        ("a:1,a:1", 0, "named twice"),
    ],
)
def test_what_cannot_be_is_told_in_words(
    workers: str | None, index: int | None, words: str
) -> None:
    with pytest.raises(ClusterError, match=words):
        cluster_of(workers, index, {})


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        '{"cluster": {"worker": 3}}',
        '{"cluster": {"worker": ["a:1", "b:2"]}, "task": {"index": "x"}}',
        '{"cluster": {"worker": ["a:1"], "ps": ["b:2"]}, "task": {"type": "ps", "index": 0}}',
        '{"cluster": {"worker": ["a:1", "b:2"]}, "task": {"type": "worker", "index": 2}}',
    ],
)
def test_an_environment_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ClusterError):
        cluster_of(None, None, {"TF_CONFIG": text})


def test_host_and_port_of_an_address_may_be_those_of_version_6() -> None:
    assert place_of("host:80") == ("host", 80)
    assert place_of("[::1]:80") == ("::1", 80)
    assert cluster_of("[::1]:80,[::1]:81", 0, {}) == Cluster(("[::1]:80", "[::1]:81"), 0)

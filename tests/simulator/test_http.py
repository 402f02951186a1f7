"""Requests that are none, or hardly any: each gets an answer with a body."""

from __future__ import annotations

import json
import socket

import pytest

from pulumi_widgets.simulator import Simulator

PATH = b"/api/v2/widgets/deployments"


def raw(org: Simulator, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what comes back, till the connection closes."""
    with socket.create_connection(("127.0.0.1", int(org.url.rpartition(":")[2])), 10) as peer:
        peer.sendall(request)
        peer.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: peer.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        (b"Content-Length: abc\r\n\r\n", "bad.request"),
        (b"Content-Length: -5\r\n\r\n", "bad.request"),
        (b"Content-Length: 1_0\r\n\r\n0123456789", "bad.request"),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", "bad.request"),
        (b"Content-Length: 50\r\n\r\n{}", "client.failed.request"),
        (CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", "client.failed.request"),
        (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", "client.failed.request"),
        (CHUNKED + b"2\r\n{}no end", "client.failed.request"),
        (CHUNKED + b"5\r\n{}", "client.failed.request"),
        (CHUNKED + b"2\r\n{}\r\n", "client.failed.request"),
    ],
)
def test_a_bad_body(org: Simulator, rest: bytes, code: str) -> None:
    head = f"Authorization: Bearer {org.token()}\r\nContent-Type: application/json\r\n".encode()
    status, headers, body = raw(
        org, b"POST " + PATH + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head + rest
    )
    answer = json.loads(body)
    assert (status, answer["code"], answer["status"]) == (400, code, 400)
    assert answer["contextId"] == headers["ININ-Correlation-Id"]
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Connection"] == "close"
    assert org.dump() == {}


@pytest.mark.parametrize("method", [b"BREW", b"PATCH", b"TRACE", b"CONNECT", b"G\xc3\xa9T", b"*"])
def test_an_unknown_method(org: Simulator, method: bytes) -> None:
    status, headers, body = raw(org, method + b" " + PATH + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert (status, headers["Allow"]) == (405, "GET, POST")
    assert json.loads(body)["code"] == "method.not.allowed"


def test_head_has_no_body(org: Simulator) -> None:
    status, headers, body = raw(org, b"HEAD " + PATH + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert (status, headers["Allow"], body) == (405, "GET, POST", b"")


@pytest.mark.parametrize(
    "request_",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/x\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET http://[x/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    ],
)
def test_no_http_at_all(org: Simulator, request_: bytes) -> None:
    status, _, body = raw(org, request_)
    assert (status, json.loads(body)["code"]) == (400, "bad.request")

"""The network around the API: TLS, proxies, name resolution, time-outs, ``~/.netrc``."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import trustme

from pulumi_widgets.api.retry import RetryPolicy
from pulumi_widgets.errors import (
    SettingsError,
    TimedOutError,
    TlsError,
    UnreachableError,
    WidgetsError,
)

from .conftest import MakeClient
from .servers import RawServer, answer, read_request

ONCE = RetryPolicy(attempts=1)
CERTIFICATES = trustme.CA()


def tls(host: str = "127.0.0.1") -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for this host."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CERTIFICATES.issue_cert(host).configure_cert(context)
    return context


def listing(connection: Any, number: int) -> None:
    """Answer each request with an empty listing."""
    while read_request(connection):
        connection.sendall(answer(b'{"entities": []}'))


@pytest.fixture
def bundle(tmp_path: pathlib.Path) -> str:
    path = tmp_path / "ca.pem"
    CERTIFICATES.cert_pem.write_to_path(str(path))
    return str(path)


def test_a_certificate_of_nobodys_is_refused_and_nothing_sent(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    server = serve(listing, tls())
    with pytest.raises(TlsError) as caught:
        make_client(server.url, access_token="t").list()
    assert str(caught.value) == (
        f"GET /api/v2/widgets/deployments: no TLS connection to 127.0.0.1:{server.port}: unable to "
        "get local issuer certificate. If your network inspects TLS, or the server has a "
        "certificate of its own, set REQUESTS_CA_BUNDLE to a PEM file with the CA's certificate; "
        "else do not trust this server."
    )
    assert (caught.value.attempts, caught.value.maybe_done) == (1, False)


def test_a_ca_bundle_of_the_environment_counts(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    assert make_client(serve(listing, tls()).url, access_token="t").list() == []


def test_a_certificate_for_another_host_is_refused(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    with pytest.raises(TlsError, match=r"certificate is not valid for '127\.0\.0\.1'") as caught:
        make_client(serve(listing, tls("api.example")).url, access_token="t").create({})
    assert not caught.value.maybe_done


def test_a_ca_bundle_that_is_not_there_is_said(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(SettingsError, match=r"REQUESTS_CA_BUNDLE .* names no file"):
        make_client("https://127.0.0.1:1", access_token="t").list()


@pytest.mark.parametrize(
    "content",
    ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
)
def test_a_ca_bundle_that_holds_no_certificate_is_said(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str,
) -> None:
    path = tmp_path / "ca.der"
    path.write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    server = serve(listing, tls())
    with pytest.raises(SettingsError) as caught:
        make_client(server.url, access_token="t").list()
    assert str(caught.value) == (
        "GET /api/v2/widgets/deployments: REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) names a file "
        "that holds no certificate as PEM"
    )


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9\r\n"])
def test_a_server_that_speaks_no_tls_is_refused(
    make_client: MakeClient, serve: Callable[..., RawServer], said: bytes
) -> None:
    def handler(connection: Any, number: int) -> None:
        connection.sendall(said)
        connection.recv(65_536)

    server = serve(handler)
    with pytest.raises(TlsError) as caught:
        make_client(f"https://127.0.0.1:{server.port}", access_token="t").create({})
    assert str(caught.value) == (
        f"POST /api/v2/widgets/deployments: no TLS connection to 127.0.0.1:{server.port}: it "
        "speaks no TLS. Check the region (or the base URL and its port) and the network."
    )
    assert (caught.value.attempts, caught.value.maybe_done) == (1, False)


def test_a_server_that_closes_in_the_handshake_is_restarting(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    def handler(connection: Any, number: int) -> None:
        connection.recv(65_536)  # all of the greeting, so that this is no reset

    server = serve(handler)
    url = f"https://127.0.0.1:{server.port}"
    with pytest.raises(UnreachableError) as caught:
        make_client(url, access_token="t").create({})
    assert str(caught.value) == (
        f"POST /api/v2/widgets/deployments: no TLS connection to 127.0.0.1:{server.port}: it "
        "closed the connection (6 attempts). Check the region (or the base URL) and the network."
    )
    assert server.connections == 6
    assert not caught.value.maybe_done


def test_a_balancer_that_restarts_costs_no_call(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = tls()

    def handler(connection: Any, number: int) -> None:
        if number < 2:
            connection.recv(65_536)
            return
        with context.wrap_socket(connection, server_side=True) as secured:
            listing(secured, number)

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    url = f"https://127.0.0.1:{serve(handler).port}"
    client = make_client(url, access_token="t")
    assert client.list() == []
    client.close()


@pytest.mark.parametrize("secure", [False, True])
def test_no_connection_in_time_is_unreachable_and_nothing_sent(
    make_client: MakeClient, secure: bool
) -> None:
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        if not secure:  # a full queue takes no more connections; an empty one says no TLS
            for _ in range(4):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    waiting.connect(listening.getsockname())
        url = f"http{'s' * secure}://127.0.0.1:{listening.getsockname()[1]}"
        client = make_client(url, access_token="t", connect_timeout=0.2, policy=ONCE)
        with pytest.raises(UnreachableError, match=r"no connection to .* within 0\.2 s") as caught:
            client.create({})
    assert not caught.value.maybe_done


def test_an_unknown_host_is_said_with_the_region(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # no test asks a name server
    with pytest.raises(UnreachableError) as caught:
        make_client("https://api.eu-zentral.example", access_token="t").create({})
    assert str(caught.value) == (
        "POST /api/v2/widgets/deployments: the host name of api.eu-zentral.example is unknown "
        "(6 attempts). Check the region (or the base URL) and the network."
    )


def test_a_name_that_is_none_is_said(make_client: MakeClient) -> None:
    url = f"https://{'a' * 64}.example"
    with pytest.raises(UnreachableError, match="is unknown"):
        make_client(url, access_token="t", policy=ONCE).list()


def test_netrc_does_not_replace_our_authorization(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    bundle: str,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\ndefault login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    seen: list[bytes] = []

    def handler(connection: Any, number: int) -> None:
        while request := read_request(connection):
            seen.extend(x for x in request.split(b"\r\n") if x.startswith(b"Authorization"))
            body = b'{"access_token": "t1", "entities": []}'
            connection.sendall(answer(body))

    for context in (None, tls()):
        server = serve(handler, context)
        make_client(server.url, login_url=server.url, client_id="i", client_secret="s3cr").list()
    assert seen == [b"Authorization: Basic aTpzM2Ny", b"Authorization: Bearer t1"] * 2


# --- proxies --------------------------------------------------------------------------------


def relay(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxied(
    serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch, bundle: str
) -> Callable[[bytes], list[bytes]]:
    """Start a proxy that answers CONNECT so, put it into the environment; what it is asked."""

    def start(said: bytes) -> list[bytes]:
        asked: list[bytes] = []

        def handler(connection: socket.socket, number: int) -> None:
            request = read_request(connection)
            asked.append(request)
            connection.sendall(said)
            if b" 200 " in said:
                host, _, port = request.split(b" ")[1].decode().partition(":")
                with socket.create_connection((host, int(port))) as target:
                    back = threading.Thread(target=relay, args=(target, connection), daemon=True)
                    back.start()
                    relay(connection, target)
                    back.join(5)

        proxy = serve(handler)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://us:p4ssword@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
        return asked

    return start


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"])
def test_https_goes_through_the_environments_proxy(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    proxied: Callable[[bytes], list[bytes]],
    before: bytes,
) -> None:
    asked, server = proxied(before + b"HTTP/1.1 200 Connected\r\n\r\n"), serve(listing, tls())
    client = make_client(server.url, access_token="t")
    client.list()
    client.list()
    assert len(asked) == 1
    assert asked[0].startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.".encode())
    assert b"Bearer" not in asked[0]
    client.close()


def test_plain_http_to_this_machine_goes_through_no_proxy(
    make_client: MakeClient, proxied: Callable[[bytes], list[bytes]]
) -> None:
    asked = proxied(b"")
    assert make_client().list() == []
    assert asked == []


@pytest.mark.parametrize(
    ("said", "kind", "reason", "tries"),
    [
        (b"HTTP/1.1 407 No\r\n\r\n", SettingsError, r"asks for a login \(407\): give it one,", 1),
        (b"HTTP/1.1 502 No\r\n\r\n", UnreachableError, "answered 502", 6),
        (b"", UnreachableError, "cannot be used", 6),
    ],
)
def test_a_proxy_that_does_not_connect_is_said(
    make_client: MakeClient,
    proxied: Callable[[bytes], list[bytes]],
    said: bytes,
    kind: type[WidgetsError],
    reason: str,
    tries: int,
) -> None:
    asked = proxied(said)
    with pytest.raises(kind, match=reason) as caught:
        make_client("https://127.0.0.1:1", access_token="t").create({})
    port = os.environ["HTTPS_PROXY"].rpartition(":")[2]
    assert f"the proxy 127.0.0.1:{port} (HTTPS_PROXY) " in str(caught.value)
    assert "p4ssword" not in str(caught.value)
    assert len(asked) == tries
    assert not caught.value.maybe_done


def test_a_proxy_that_drips_is_over_when_the_time_is(
    make_client: MakeClient, serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(connection: socket.socket, number: int) -> None:
        read_request(connection)
        while True:
            connection.sendall(b"X")
            time.sleep(0.02)

    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{serve(handler).port}")
    client = make_client("https://127.0.0.1:1", access_token="t", connect_timeout=0.3, policy=ONCE)
    with pytest.raises(UnreachableError) as caught:
        client.create({})
    assert not caught.value.maybe_done


VARIABLES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize("scheme", ["http://us:p4ssword@", ""])
def test_a_proxy_that_is_not_there_is_named_with_its_variable(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
    monkeypatch.setenv(variable, f"{scheme}{host}")
    with pytest.raises(UnreachableError) as caught:
        make_client("https://127.0.0.1:1", access_token="t", policy=ONCE).list()
    assert str(caught.value) == (
        f"GET /api/v2/widgets/deployments: no connection to 127.0.0.1:1: the proxy {host} "
        f"({variable}) cannot be used: {os.strerror(errno.ECONNREFUSED)}. Check {variable}, or "
        "name the host in NO_PROXY where it is reached directly."
    )


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(
    "proxy", ["http://", "x://127.0.0.1:1", "socks5://p4ss:w@[::1", "http://p4ss/w@h"]
)
def test_a_proxy_that_is_no_url_is_said(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    monkeypatch.setenv(variable, proxy)
    with pytest.raises(SettingsError, match=f"the proxy in {variable} is no URL") as caught:
        make_client("https://127.0.0.1:1", access_token="t").list()
    assert "p4ss" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["socks5", "SOCKS5h", "socks4a"])
def test_a_socks_proxy_is_said_to_be_none_of_ours(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:1")
    said = "the proxy in HTTPS_PROXY speaks no HTTP, and SOCKS is not supported"
    with pytest.raises(SettingsError, match=said):
        make_client("https://127.0.0.1:1", access_token="t").list()


def test_a_proxy_whose_name_is_unknown_is_said(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    said = r"the proxy proxy\.example:3128 \(ALL_PROXY\) cannot be used: its host name is unknown"
    with pytest.raises(UnreachableError, match=said):
        make_client("https://127.0.0.1:1", access_token="t").list()


def test_the_variable_that_counts_is_the_one_that_is_named(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:2")
    monkeypatch.setenv("HTTPS_PROXY", "http://")
    with pytest.raises(SettingsError, match="the proxy in HTTPS_PROXY is no URL"):
        make_client("https://127.0.0.1:1", access_token="t").list()


def test_a_time_out_after_the_request_is_another_thing_than_before(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def handler(connection: Any, number: int) -> None:
        read_request(connection)
        connection.recv(1)

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    client = make_client(serve(handler, tls()).url, access_token="t", read_timeout=0.2)
    with pytest.raises(TimedOutError) as caught:
        client.create({})
    assert caught.value.maybe_done

"""Nothing secret in an error, a log, a repr: through all failures, at a server that echoes all."""

from __future__ import annotations

import base64
import gc
import html
import json
import logging
import struct
import textwrap
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from pulumi_widgets.api import WidgetsClient
from pulumi_widgets.errors import WidgetsError
from pulumi_widgets.redaction import Redactor, hiding

from .conftest import MakeClient
from .servers import RawServer, answer, read_request
from .test_network import tls

SECRET = 'cl13nt-"s3cret"-<Wörd>/with+chars'
TOKEN = "t0ken.abcdefghijklmnopqrstuvwxyz-0123456789_=="
BASIC = base64.b64encode(f"an-id:{SECRET}".encode()).decode()
LONG = "L0ng." + "x" * 30_000


def forms(secret: str) -> set[str]:
    """A secret, as it may be written; parts of it too, for what is cut in the middle."""
    written = {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), html.escape(secret)}
    return written | {form[:12] for form in written}


HIDDEN = set().union(*map(forms, (SECRET, TOKEN, BASIC, LONG)))


def assert_clean(text: str) -> None:
    for form in HIDDEN:
        assert form not in text


def reply(status: str, content: str, body: bytes, *headers: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status}".encode(), f"Content-Type: {content}".encode(), *headers]
    lines += [f"Content-Length: {len(body)}".encode(), b"", body]
    return b"\r\n".join(lines)


def echoes(said: bytes) -> dict[str, bytes]:
    """Answers of all kinds that hold this."""
    text = said.decode()
    plain = json.dumps({"message": text, "code": text, "contextId": text}).encode()
    listed = json.dumps(
        {"message": "", "details": [{"a": text}, text], "errors": [{"message": text}]}
    ).encode()
    login = json.dumps({"error": text, "error_description": text}).encode()
    other = json.dumps({"accessToken": text, "name": text}).encode()
    page = b"<pre>" + html.escape(text).encode() + b"</pre>"
    fields = b"Location: https://a.example/" + said + b"/\r\nININ-Correlation-Id: " + said
    answers = {f"{s} api": reply(f"{s} X", "application/json", plain) for s in (400, 401, 403, 409)}
    answers |= {f"{s} list": reply(f"{s} X", "application/json", listed) for s in (400, 422, 500)}
    answers |= {f"{s} login": reply(f"{s} X", "application/json", login) for s in (400, 401)}
    answers |= {f"{s} page": reply(f"{s} X", "text/html", page) for s in (200, 403, 404, 502)}
    answers |= {f"{s} headers": reply(f"{s} X", text, page, fields) for s in (200, 302, 429)}
    answers |= {
        "no id": reply("200 OK", "application/json", other),
        "reason": reply(f"500 {text}", "text/plain", b""),
        "no header": reply("500 X", "text/plain", b"", b"what: is\r\n" + said + b"\r\n: this"),
        "no colon": reply("500 X", "text/plain", b"", said),
        "no HTTP": said,
        "cut": reply("200 OK", "text/plain", said)[:-3],
        "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + said + b"\r\n\r\n",
        "bad packing": reply("200 OK", "text/plain", said, b"Content-Encoding: gzip"),
        "odd packing": reply("200 OK", "text/plain", said, b"Content-Encoding: " + said),
        "odd pause": reply("503 X", "text/plain", said, b"Retry-After: " + said),
        "nothing": b"",
    }
    return answers


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """All logging at DEBUG, which must hold nothing at the end."""
    caplog.set_level(logging.DEBUG)
    yield
    assert_clean(caplog.text)
    for record in caplog.records:
        assert_clean(repr(record.__dict__))


def check(error: WidgetsError) -> None:
    assert_clean(str(error))
    assert_clean(repr(error))
    assert_clean(repr(error.args))
    assert_clean(repr(vars(error)))
    assert_clean("".join(traceback.format_exception(error)))
    assert error.__cause__ is error.__context__ is None
    assert "\n" not in str(error)
    assert len(str(error)) < 2000


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("what", echoes(b""))
def test_an_api_that_echoes_what_it_is_sent(
    make_client: MakeClient, serve: Callable[..., RawServer], what: str
) -> None:
    def handler(connection: Any, number: int) -> None:
        request = read_request(connection)
        if request.startswith(b"POST /oauth"):
            connection.sendall(answer(json.dumps({"access_token": TOKEN}).encode()))
            request = read_request(connection)
        line = next(x for x in request.split(b"\r\n") if x.startswith(b"Authorization: "))
        assert line == b"Authorization: Bearer " + TOKEN.encode()
        said = echoes(line.removeprefix(b"Authorization: Bearer "))[what]
        connection.sendall(said)

    server = serve(handler)
    client = make_client(server.url, login_url=server.url, client_secret=SECRET)
    for call in (client.list, lambda: client.get("a"), lambda: client.create({})):
        with pytest.raises(WidgetsError) as caught:
            call()
        check(caught.value)
    assert_clean(repr(client))


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("what", echoes(b""))
@pytest.mark.parametrize("form", ["header", "secret", "escaped"])
def test_a_login_that_echoes_what_it_is_sent(
    make_client: MakeClient, serve: Callable[..., RawServer], what: str, form: str
) -> None:
    def handler(connection: Any, number: int) -> None:
        request = read_request(connection)
        line = next(x for x in request.split(b"\r\n") if x.startswith(b"Authorization: "))
        basic = line.removeprefix(b"Authorization: Basic ")
        assert basic == BASIC.encode()
        secret = base64.b64decode(basic).removeprefix(b"an-id:")
        said = {"header": line, "secret": secret, "escaped": quote(secret).encode()}[form]
        connection.sendall(echoes(said)[what])

    client = make_client(login_url=serve(handler).url, client_secret=SECRET)
    for _ in range(2):
        with pytest.raises(WidgetsError) as caught:
            client.list()
        check(caught.value)


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("kind", ["refused", "tls", "bundle", "proxy", "host", "id", "body"])
def test_a_call_that_is_not_sent(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    url = "https://127.0.0.1:1"
    if kind == "tls":
        url = serve(lambda connection, number: None, tls()).url
    if kind == "bundle":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", __file__)
    if kind == "proxy":
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{quote(SECRET, safe='')}@127.0.0.1:1")
    if kind == "host":
        url = f"https://{'a' * 64}.example"
    client = make_client(url, access_token=TOKEN)
    with pytest.raises(WidgetsError) as caught:
        client.get("..") if kind == "id" else client.create({"a": {1}} if kind == "body" else {})
    check(caught.value)


@pytest.mark.usefixtures("logged")
def test_a_long_token_is_hidden_whole(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    def handler(connection: Any, number: int) -> None:
        request = read_request(connection)
        connection.sendall(reply("500 X", "text/html", request))

    client = make_client(serve(handler).url, access_token=LONG)
    with pytest.raises(WidgetsError) as caught:
        client.create({})
    check(caught.value)


NASTY = "cl13nt/s3cr&t+<W\u00f6rd>'=`\"\\\U0001f511-and-more"
ESCAPED = {
    "slashes": json.dumps(NASTY).replace("/", r"\/"),
    "ampersands": json.dumps(NASTY).replace("&", r"\u0026").replace("<", r"\u003c"),
    "capitals": json.dumps(NASTY, ensure_ascii=False)
    .replace("&", r"\u0026")
    .replace("+", r"\u002B"),
    "all": "".join(
        rf"\u{unit:04x}" for unit in struct.unpack(">26H", NASTY.encode("utf-16-be")[:52])
    ),
    "JSON in JSON": json.dumps(
        json.dumps({"a": NASTY}).replace("/", r"\/").replace("&", r"\u0026")
    ),
    "quoted lines": json.dumps("\n".join(textwrap.wrap(NASTY, 5))),
}


@pytest.mark.parametrize("what", ESCAPED)
def test_a_secret_is_found_however_json_spells_it(what: str) -> None:
    redactor = Redactor()
    redactor.hide(NASTY)
    shown = redactor.clean(f"before {ESCAPED[what]} after", 1000)
    assert "s3cr" not in shown
    assert "more" not in shown or what == "all"
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize("secret", [TOKEN, BASIC, SECRET, "abcd"])
@pytest.mark.parametrize(
    "end", ["\n", "\r\n\t  ", "\\n", "\\r\\n", "\\\\n", r"\u000a", "\u2028", "\n\n"]
)
def test_a_secret_that_is_wrapped_is_found(secret: str, end: str) -> None:
    redactor = Redactor()
    redactor.hide(secret)
    for width in (1, 2, 7, 16, 30, len(secret) - 1):
        wrapped = end.join(secret[start : start + width] for start in range(0, len(secret), width))
        assert redactor.clean(f"<pre>{wrapped} is bad", 1000) == "<pre>[secret] is bad"


@pytest.mark.parametrize(
    "text", [r"C:\new\table \/ \u0041bc", "a b c", r"\u12 \uxyz0 \\", "ab\ncd", r"\ud83d \u000a"]
)
def test_a_text_without_secrets_is_still_readable(text: str) -> None:
    redactor = Redactor()
    redactor.hide(TOKEN)
    shown = redactor.clean(text, 1000)
    assert "[secret]" not in shown
    assert shown.isprintable()
    assert shown in (
        r"C:\new\table / Abc",
        "a b c",
        "\\u12 \\uxyz0 \\",
        "ab cd",
        "",
    )


def test_to_hide_a_long_secret_takes_no_time() -> None:
    redactor, began = Redactor(), time.process_time()
    secret = LONG[:7] + "y" * 30_000  # that no other test hid
    redactor.hide(secret)
    assert redactor.clean("x" * 30_000 + secret, 40_000) == "x" * 30_000 + "[secret]"
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("length", [12, 20, 30, 40, 100])
def test_a_long_secret_that_is_cut_is_hidden_too(length: int) -> None:
    redactor = Redactor()
    redactor.hide(LONG)
    assert redactor.clean(f"<{LONG[:length]}> is bad", 100) == "<[secret] is bad"


def test_words_like_a_header_are_hidden_whoever_they_are() -> None:
    said = "bearer abcdefghijklmnop, Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==; basic authentication"
    assert Redactor().clean(said, 100) == "bearer [secret], Basic [secret]; basic authentication"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\n\tb\x00\x1b[31mc\u200b\u202e", "a b[31mc"),
        ("x" * 11, "x" * 9 + "…"),
        ("x" * 10, "x" * 10),
        (None, "None"),
        ("abc\x00d-hidden", "[secret]"),
    ],
)
def test_a_servers_words_are_printable_and_short(text: object, shown: str) -> None:
    redactor = Redactor()
    redactor.hide("abcd-hidden")
    redactor.hide("abcd")
    redactor.hide(r"\n \n \n")
    assert redactor.clean(text, 10) == shown


def test_a_clients_parts_show_nothing(make_client: MakeClient) -> None:
    client: WidgetsClient = make_client(client_secret=SECRET)
    client._calls._redactor.hide(TOKEN)
    for part in gc.get_referents(client.__dict__), gc.get_referents(client._calls.__dict__):
        assert_clean(repr(part))


def test_what_is_hidden_for_a_while_is_hidden_in_its_thread_alone() -> None:
    redactor = Redactor()
    redactor.hide(SECRET)
    text = f"{SECRET} and hush-hush"
    with hiding(["hush-hush", "ab"]):
        assert redactor.clean(text, 100) == "[secret] and [secret]"
        assert Redactor().clean("hush-hush ab", 100) == "[secret] ab"
        with ThreadPoolExecutor() as pool:
            assert pool.submit(redactor.clean, text, 100).result() == "[secret] and hush-hush"
    assert redactor.clean(text, 100) == "[secret] and hush-hush"

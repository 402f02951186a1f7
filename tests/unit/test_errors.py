"""The error tree and its one line for a person."""

from __future__ import annotations

import copy
import re

import pytest

from pulumi_widgets import errors
from pulumi_widgets.errors import (
    AnswerError,
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    SettingsError,
    TimedOutError,
    UnreachableError,
    WidgetsError,
)

CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, WidgetsError)
]
CALL = "POST /api/v2/widgets/deployments"


def drawn_tree() -> dict[str, str]:
    """Class → parent, as the module's docstring draws them."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"([│├└─ ]*)(\w+Error)  +\S", line)
        if found:
            depth = len(found[1]) // 4
            above[depth:] = [found[2]]
            parents[found[2]] = above[depth - 1] if depth else "Exception"
    return parents


def test_the_tree_is_as_drawn() -> None:
    assert drawn_tree() == {error.__name__: error.__base__.__name__ for error in CLASSES}  # type: ignore[union-attr]


def test_every_error_is_public() -> None:
    assert errors.__all__ == sorted(error.__name__ for error in CLASSES)


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_says_in_its_docstring_what_it_is(error: type[WidgetsError]) -> None:
    assert error.__doc__


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (WidgetsError(), ""),
        (WidgetsError("what"), "what"),
        (WidgetsError(CALL, "what."), f"{CALL}: what."),
        (WidgetsError(CALL, "", "what.", hint="Do that."), f"{CALL}: what. Do that."),
        (WidgetsError("one\r\n two\t\nthree", hint="a\nb."), "one two three. a b."),
        (WidgetsError("two. \n", hint="Do that."), "two. Do that."),
        (WidgetsError("two . ", hint="Do that."), "two. Do that."),
        (ApiError(CALL, 400, message="no. \r\n", hint="Do that."), f"{CALL}: 400: no. Do that."),
        (ApiError(CALL, 400, message="no.\u00a0\n", details="x"), f"{CALL}: 400: no [x]"),
        (ApiError(CALL, 400, message=" \n "), f"{CALL}: 400"),
        (SettingsError("no region", "no credentials"), "no region; no credentials"),
        (
            UnreachableError(CALL, "connection refused"),
            f"{CALL}: connection refused. Check the region (or the base URL) and the network.",
        ),
        (
            TimedOutError(CALL, "no answer in 60 s"),
            f"{CALL}: no answer in 60 s. The service or the network is slow: run again.",
        ),
        (UnreachableError(CALL, "refused", hint=""), f"{CALL}: refused"),
        (ApiError(CALL, 418), f"{CALL}: 418"),
        (
            ApiError(CALL, 418, code="tea.pot", message="short and stout."),
            f"{CALL}: 418 tea.pot: short and stout",
        ),
        (
            BadRequestError(
                CALL,
                400,
                code="bad.request",
                message="The value is\nwrong.",
                correlation_id="c-1",
                details="name: too long",
            ),
            f"{CALL}: 400 bad.request: The value is wrong [name: too long] (correlation id c-1). "
            "Correct the input that the message names.",
        ),
        (
            ForbiddenError(
                CALL, 403, code="missing.permission", message="needs widgets:deployment:add"
            ),
            f"{CALL}: 403 missing.permission: needs widgets:deployment:add. "
            "Give the OAuth client a role with this permission.",
        ),
        (
            ConflictError(CALL, 409, correlation_id="c-2"),
            f"{CALL}: 409 (correlation id c-2). Run `pulumi refresh`, then `pulumi up` again.",
        ),
        (
            ServerError(CALL, 503, message="upstream", hint="Wait."),
            f"{CALL}: 503: upstream. Wait.",
        ),
    ],
)
def test_an_error_is_one_line_of_the_call_what_happened_and_what_to_do(
    error: WidgetsError, line: str
) -> None:
    assert str(error) == line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TimedOutError(CALL, "no answer.", hint=""), f"{CALL}: no answer (4 attempts)"),
        (
            TimedOutError(CALL, "no answer.\n", hint="Wait."),
            f"{CALL}: no answer (4 attempts). Wait.",
        ),
        (ServerError(CALL, 500, message="x", hint="Wait."), f"{CALL}: 500: x (4 attempts). Wait."),
    ],
)
def test_more_than_one_attempt_is_told(error: WidgetsError, line: str) -> None:
    error.attempts = 4
    assert str(error) == line


@pytest.mark.parametrize("kind", CLASSES)
def test_a_copy_is_the_same_error_not_raised_yet(kind: type[WidgetsError]) -> None:
    if issubclass(kind, ApiError):
        made: WidgetsError = kind(CALL, 400, code="c", message="m", details="d", hint="h")
    else:
        made = kind("a", "b")
    made.maybe_done, made.attempts = True, 3
    with pytest.raises(kind):
        raise made
    copied = copy.copy(made)
    assert type(copied) is kind
    assert (str(copied), copied.args, vars(copied)) == (str(made), made.args, vars(made))
    assert made.__traceback__ is not None
    assert copied.__traceback__ is None


@pytest.mark.parametrize("error", CLASSES)
def test_no_error_has_more_than_one_line(error: type[WidgetsError]) -> None:
    text = "a\nb\r\n\n\tc\u2028d\x0be\x85f"
    if issubclass(error, ApiError):
        made: WidgetsError = error(text, 400, code=text, message=text, details=text)
    else:
        made = error(text, text)
    assert len(str(made).splitlines()) == 1


def test_the_parts_of_an_api_error_can_be_asked_for() -> None:
    error = NotFoundError(
        CALL, 404, code="not.found", message="no such", correlation_id="c", details="d"
    )
    assert (error.call, error.status, error.code) == (CALL, 404, "not.found")
    assert (error.message, error.correlation_id, error.details) == ("no such", "c", "d")
    assert error.retry_after is None


def test_the_problems_of_settings_can_be_asked_for() -> None:
    assert SettingsError("a", "b").problems == ("a", "b")


@pytest.mark.parametrize("error", CLASSES)
def test_only_what_may_have_been_carried_out_says_so(error: type[WidgetsError]) -> None:
    unclear = {"TimedOutError", "ConnectionLostError", "AnswerError", "ServerError"}
    assert error.maybe_done is (error.__name__ in unclear)
    assert AnswerError("x").attempts == 1


def test_a_hint_of_one_error_is_not_the_classes() -> None:
    RateLimitedError(CALL, 429, hint="mine")
    assert str(RateLimitedError(CALL, 429)).endswith("an OAuth client of its own.")

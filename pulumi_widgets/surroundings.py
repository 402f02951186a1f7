"""What the program's process knows of where it runs: the stack configuration, and the engine."""

from __future__ import annotations

import os
import threading

import pulumi
from pulumi.runtime import get_root_resource
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.config import CONFIG
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub
from pulumi.runtime.settings import SETTINGS

from .addresses import unlisted
from .errors import SettingsError
from .settings import Settings, given, known_orgs, unknown_keys, unread_keys

_TYPE = "pulumi-python:dynamic:Resource"
"""Whose provider ours is, to the SDK: it looks at the package alone."""


def configured(key: str) -> str | None:
    """The stack configuration's value of a full key, like ``genesyscloud:region``."""
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)


def has_settings_of(opts: pulumi.ResourceOptions | None) -> bool:
    """Whether a resource's provider will have the settings that this process sees.

    Only where that is certain. An inline program of the Automation API runs in its caller's
    process, to which the environment variables of its workspace are unknown: it can be told from
    a program of its own by its thread, which is one of a gRPC server (seen with SDK 3.272). Mocks
    have no provider, and an explicit one is configured by itself.
    """
    if not has_engine() or threading.current_thread() is not threading.main_thread():
        return False
    if opts is None:
        return True
    return not (
        opts.provider or opts.providers or (opts.parent and opts.parent.get_provider(_TYPE))
    )


def settings_problems(org: str) -> list[str]:
    """What is wrong with the settings of an org, but for what is warned of."""
    configuration, environment = given(configured, os.environ, org)
    has_none = not any((*configuration.values(), *environment.values()))
    if not org and has_none and known_orgs(configured, os.environ):
        return []  # a transform, which no constructor sees, may name one of the orgs
    try:
        Settings.load(configured, os.environ, org)
    except SettingsError as error:
        warned = unknown_keys(configured, org)
        return [each for each in error.problems if each not in warned]
    return []


def warn_of_unread_keys() -> None:
    """Warn of what looks like a setting of ours in the stack configuration, and is none."""
    for line in unread_keys(CONFIG.get()):
        pulumi.log.warn(line)


def warn_of_region(org: str) -> None:
    """Warn of an org's region that is newer than the list, or misspelt."""
    configuration, environment = given(configured, os.environ, org)
    if line := unlisted(configuration["region"] or environment["region"]):
        pulumi.log.warn(line)


async def has_transforms(opts: pulumi.ResourceOptions | None) -> bool:
    """Whether transforms or transformations may change a resource."""
    parent = opts.parent if opts and opts.parent else get_root_resource()
    if opts and opts.parent:
        await opts.parent.urn.future()  # by then the parent's are registered
    inherited = getattr(parent, "_transformations", None)
    own = opts and (opts.transformations or opts.transforms)
    # who serves them; the settings of a task do not show what another one began (SDK 3.272)
    return bool(_CallbackServicer._servicers or inherited or own)


def has_engine() -> bool:
    """Whether the program runs on an engine, and not under mocks."""
    return isinstance(SETTINGS.monitor, ResourceMonitorStub)

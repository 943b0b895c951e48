"""What must be put right before the clinic may be used with real patients: the whole list at once."""

import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import LazySettings

_NO_HTTPS = (
    "Half of HTTPS: set both REPRIEVE_TLS_CERTIFICATE and REPRIEVE_TLS_KEY to their files, or "
    "neither, to serve with a certificate of the clinic's own authority."
)


def unsafe(settings: LazySettings) -> list[str]:
    """One sentence for each unsafe setting, with the way to mend it. Empty: safe to serve."""
    return [*_secrets(settings), *_hosts(settings), *_https(settings), *unsafe_feeds(settings)]


def _secrets(settings: LazySettings) -> list[str]:
    problems = []
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 10:
        problems.append(
            "The secret key is short or repetitive: unset REPRIEVE_SECRET_KEY to have one made, "
            "or give at least 50 random characters."
        )
    if settings.DEBUG:
        problems.append("Debug pages show patient data to strangers: unset REPRIEVE_DEBUG.")
    if settings.DEMO:
        problems.append(
            "These are the demo settings: use `reprieve serve` without DJANGO_SETTINGS_MODULE."
        )
    return problems


def _hosts(settings: LazySettings) -> list[str]:
    if not settings.ALLOWED_HOSTS:
        return ["No host names: set REPRIEVE_HOSTS, for example REPRIEVE_HOSTS=clinic.example.org."]
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        return ["REPRIEVE_HOSTS holds a *: name each host, so that links cannot be forged."]
    return []


def unsafe_feeds(settings: LazySettings) -> list[str]:
    """HL7 over MLLP knows no sign-in: off this machine it is told who may connect."""
    problems = []
    host, _colon, port = settings.MLLP_ADDRESS.rpartition(":")
    if settings.MLLP_ADDRESS and not (host and port.isdecimal() and int(port) < 65536):
        problems.append("REPRIEVE_MLLP is not host:port, for example 127.0.0.1:2575.")
    elif host and not is_loopback(host) and not settings.MLLP_PEERS:
        problems.append(
            "REPRIEVE_MLLP listens to the network: name the monitors' addresses in REPRIEVE_MLLP_PEERS."
        )
    for peer in settings.MLLP_PEERS:
        try:
            ipaddress.ip_network(peer, strict=False)
        except ValueError:
            problems.append(f"REPRIEVE_MLLP_PEERS: {peer} is no address or network.")
    return problems + [
        f"REPRIEVE_SDC: {device} is not on this machine; SDC without TLS stays on 127.0.0.1."
        for device in settings.SDC_DEVICES
        if not is_loopback(urlsplit(device).hostname or "")
    ]


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _https(settings: LazySettings) -> list[str]:
    if settings.BEHIND_PROXY or settings.OWN_AUTHORITY:
        return []
    certificate, key = settings.TLS_CERTIFICATE, settings.TLS_KEY
    if not (certificate and key):
        return [_NO_HTTPS]
    missing = [f for f in (certificate, key) if not (Path(f).is_file() and os.access(f, os.R_OK))]
    return [f"The file {file} cannot be read." for file in missing]

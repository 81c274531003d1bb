"""The address trainees type on their phones."""

from __future__ import annotations

import ipaddress
import socket

from fastapi import Request

from serve.services.local_only import HOSTS
from serve.web.exercise_rooms import rooms_of

#: Kept for documentation (RFC 5737); a datagram socket that is connected to it sends nothing.
_NOWHERE = ("192.0.2.1", 9)


def trainees_address(request: Request) -> str:
    """Address of the entrance for trainees: that of this computer in the network, if others can reach the page."""
    name = request.url.hostname or "127.0.0.1"
    if rooms_of(request).reachable and name in HOSTS:
        name = own_address() or name
    host = f"[{name}]" if ":" in name else name
    port = f":{request.url.port}" if request.url.port else ""
    return f"{request.url.scheme}://{host}{port}/train"


def own_address() -> str | None:
    """This computer's address in the local network; ``None`` if it is in none. Nothing is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_NOWHERE)
            found = str(probe.getsockname()[0])
    except OSError:
        return None
    return None if ipaddress.ip_address(found).is_loopback else found

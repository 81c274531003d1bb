"""Answer only whom the page is for.

The page listens on 127.0.0.1, but a web page in another tab can still send requests there, or rebind its own host name
to that address. Requests that name another host, or come from another origin, get 403 (OWASP: *Cross-Site Request
Forgery Prevention*, verifying origin; *DNS rebinding*). Everything served carries a Content-Security-Policy that lets
the page load nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Names by which this computer calls itself.
HOSTS = frozenset(("127.0.0.1", "localhost", "::1"))

# 'unsafe-inline' and 'unsafe-eval': Gradio's page has inline scripts and builds templates at run time.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    # Not "no-referrer": under it browsers send "Origin: null" with a form (Fetch standard, "append a request Origin
    # header"), and the form of the sign-in would be taken for a foreign one.
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
)
_REFUSAL = b"tigercheck does not answer this address: open the one it printed at its start.\n"


class LocalOnly:
    """ASGI middleware around the whole page.

    Args:
        app: what is protected.
        hosts: names by which it may be called, lower case. IP addresses go without brackets.
        own_address: also answer to the IP address a request came in on, for a page that listens on all addresses.
            A rebound name is still a name, so it stays refused.
    """

    def __init__(self, app: AsgiApp, hosts: Collection[str] = HOSTS, own_address: bool = False) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._own_address = own_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests of the page itself on; refuse all others with 403."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        origin = headers.get(b"origin")
        if not self._ours(host, scope) or (origin is not None and urlsplit(origin).netloc != host):
            await _refuse(scope, send)
            return

        async def send_with_policy(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_policy)

    def _ours(self, host: str, scope: Scope) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name in self._hosts or (self._own_address and name == (scope.get("server") or ("",))[0])


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(_REFUSAL)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": _REFUSAL})

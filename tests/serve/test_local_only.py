"""Other hosts and other origins get 403 before anything of the page runs."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from serve.services.local_only import LocalOnly, Receive, Scope, Send


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"page"})


def ask(host: str, origin: str | None = None) -> tuple[int, dict[bytes, bytes]]:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"host", host.encode())] + ([(b"Origin", origin.encode())] if origin is not None else [])

    async def run() -> None:
        await LocalOnly(_page)({"type": "http", "headers": headers}, receive, send)  # type: ignore[arg-type]

    # In a thread of its own: the browser tests of the same run keep an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(run())).result()
    return sent[0]["status"], dict(sent[0]["headers"])  # type: ignore[return-value, call-overload]


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:7860", None),
        ("localhost:7860", "http://localhost:7860"),
        ("127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_this_computer_is_answered_with_a_policy_that_keeps_it_offline(host: str, origin: str | None) -> None:
    status, headers = ask(host, origin)
    assert status == 200
    policy = headers[b"content-security-policy"].decode()
    assert "default-src 'self'" in policy
    assert "http" not in policy
    # Under "no-referrer" a browser would send "Origin: null" with the sign-in form, and be refused.
    assert headers[b"referrer-policy"] == b"same-origin"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example:7860", None),
        ("127.0.0.1.evil.example", None),
        ("", None),
        ("[::1", None),
        ("127.0.0.1:7860", "http://evil.example"),
        ("127.0.0.1:7860", "http://127.0.0.1:9999"),
        ("127.0.0.1:7860", "null"),
        ("127.0.0.1:7860", ""),
    ],
)
def test_others_are_refused(host: str, origin: str | None) -> None:
    status, _ = ask(host, origin)
    assert status == 403

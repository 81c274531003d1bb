"""Nobody sees anything before signing in: middleware around the whole page, with a sign-in page of its own.

The page is plain HTML that works without JavaScript. A session is a cookie that scripts cannot read and that no other
site's requests carry (HttpOnly, SameSite=Strict; Secure and the ``__Host-`` prefix under TLS; OWASP *Session
Management*). Who is signed in stands in the request's scope under :data:`USER`.
"""

from __future__ import annotations

import re
from importlib.resources import files
from math import ceil
from urllib.parse import parse_qs, quote, urlencode

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from serve.i18n import LANGUAGE_NAMES, LANGUAGES, choose_language, tr
from serve.services.local_only import HOSTS, AsgiApp, Receive, Scope, Send
from serve.services.sessions import LONGEST_S, Sessions
from serve.services.users import Throttle, User, Users
from serve.store.errors import StoreError

#: Key of the user's name in the scope of a request.
USER = "tigercheck_user"
#: Asked for by an open page on its own, so no sign that a person is there. Gradio asks its queue both for people and
#: for the page's own questions; while someone does something there, the page asks for ``/active`` instead.
_UNATTENDED = ("/alive", "/gradio_api/heartbeat", "/gradio_api/queue/")
#: What trainees reach without signing in, by method: their own pages, which ask for a code themselves, and the style
#: sheets and fonts of these. No dots and nothing encoded: a path that could mean another page is not among them.
_OPEN = {
    "GET": re.compile(r"/train(/[\w-]+)*|/style/(page|plain|guide|train)\.css|/fonts/noto-sans(-sc)?\.woff2", re.ASCII),
    "POST": re.compile(r"/train(/[\w-]+)*", re.ASCII),
}
#: Most bytes of a sign-in form.
_FORM_BYTES = 4096
_TEMPLATES = Environment(autoescape=True)


def user_of(request: Request) -> str | None:
    """Name of the user of a request; ``None`` for a post without users. Gradio takes it as ``auth_dependency``."""
    name = request.scope.get(USER)
    return name if isinstance(name, str) else None


def open_to_trainees(method: str, path: str) -> bool:
    """Whether a request needs no sign-in, because it is for a page of trainees, who have a code instead."""
    pattern = _OPEN.get(method)
    return pattern is not None and pattern.fullmatch(path) is not None


class LoginRequired:
    """ASGI middleware: serves ``/login`` and ``/logout``, and everything else only to who is signed in.

    Pages of trainees (:func:`open_to_trainees`) are passed on without a user, whoever is signed in.

    Args:
        app: what is protected.
        users: who may sign in.
        tls: whether browsers reach the page by HTTPS.
        sessions: of this process.
        throttle: brake on guessing.
    """

    def __init__(
        self,
        app: AsgiApp,
        users: Users,
        tls: bool,
        sessions: Sessions | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        self._app, self._users, self._tls = app, users, tls
        self._sessions = sessions or Sessions(users)
        self._throttle = throttle or Throttle()
        self._cookie = "__Host-tigercheck" if tls else "tigercheck"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the sign-in's own addresses; pass others on with the user, or refuse them."""
        if scope["type"] == "websocket":
            # The page needs none; refused whoever asks.
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        path = scope["path"]
        if path == "/login":
            response = await (self._sign_in(request) if request.method == "POST" else self._form(request))
        elif path == "/logout":
            response = self._sign_out(request)
        elif open_to_trainees(scope["method"], path):
            await self._app(scope, receive, send)
            return
        else:
            try:
                active = not path.startswith(_UNATTENDED)
                token = request.cookies.get(self._cookie, "")
                name = await run_in_threadpool(self._sessions.user, token, active) if token else None
            except StoreError:
                response = JSONResponse({"detail": tr("access.unavailable", _language(request))}, 503)
            else:
                if name is not None:
                    scope[USER] = name
                    await self._app(scope, receive, send)
                    return
                response = _to_login(request)
        response.headers["cache-control"] = "no-store"
        await response(scope, receive, send)

    async def _form(self, request: Request) -> Response:
        note = "access.signed_out" if "out" in request.query_params else ""
        return self._page(_language(request), request.query_params.get("next", ""), note=note, request=request)

    async def _sign_in(self, request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _FORM_BYTES:
                return Response(status_code=413)
        given = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        language = given["lang"] if given.get("lang") in LANGUAGES else _language(request)
        name, target = given.get("name", ""), _local_path(given.get("next", ""))
        address = request.client.host if request.client else ""
        wait = self._throttle.wait_s(name, address)
        if wait > 0:
            failure = tr("access.throttled", language, minutes=ceil(wait / 60))
            return self._page(language, target, failure, 429, name=name, request=request)
        # Counted before it is checked, so that attempts sent all at once do not slip through.
        self._throttle.failed(name, address)
        try:
            user: User | None = await run_in_threadpool(self._users.verify, name, given.get("password", ""))
        except StoreError:
            return self._page(language, target, tr("access.unavailable", language), 503, name=name, request=request)
        if user is None:
            return self._page(language, target, tr("access.wrong", language), 401, name=name, request=request)
        self._throttle.succeeded(name, address)
        self._sessions.end(request.cookies.get(self._cookie, ""))
        response = RedirectResponse(target, 303)
        response.set_cookie(
            self._cookie, self._sessions.begin(user), max_age=int(LONGEST_S), path="/", secure=self._tls,
            httponly=True, samesite="strict",
        )  # fmt: skip
        return response

    def _sign_out(self, request: Request) -> Response:
        if request.method != "POST":
            # A link or picture elsewhere must not end a session.
            return Response(status_code=405, headers={"allow": "POST"})
        self._sessions.end(request.cookies.get(self._cookie, ""))
        response = RedirectResponse("/login?out=1", 303)
        response.delete_cookie(self._cookie, path="/", secure=self._tls, httponly=True, samesite="strict")
        return response

    def _page(
        self,
        language: str,
        target: str,
        failure: str = "",
        status: int = 200,
        *,
        request: Request,
        name: str = "",
        note: str = "",
    ) -> Response:
        template = files("serve.services").joinpath("templates", "login.html").read_text(encoding="utf-8")
        target = _local_path(target)
        foreign = request.url.hostname not in HOSTS
        text = _TEMPLATES.from_string(template).render(
            code=language,
            language="zh-CN" if language == "zh" else language,
            title=tr("access.title", language),
            app_title=tr("app.title", language),
            app_subtitle=tr("app.subtitle", language),
            languages=[
                {
                    "code": "zh-CN" if code == "zh" else code,
                    "name": LANGUAGE_NAMES[code],
                    "query": urlencode({"lang": code, "next": target}),
                }
                for code in LANGUAGES
            ],
            languages_label=tr("access.languages", language),
            name_label=tr("access.name", language),
            password_label=tr("access.password", language),
            submit_label=tr("access.submit", language),
            failure=failure,
            note=tr(note, language) if note else "",
            plain=tr("access.plain", language) if foreign and not self._tls else "",
            next=target,
            name=name,
        )
        return HTMLResponse(text, status)


def _to_login(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login" if target == "/" else f"/login?next={quote(target, safe='/')}", 303)
    return JSONResponse({"detail": tr("access.title", _language(request))}, 401)


def _local_path(target: str) -> str:
    """A path of this page, whatever was asked for: no other host, and no way to smuggle one in."""
    plain = target.isprintable() and "\\" not in target
    return target if plain and target.startswith("/") and not target.startswith("//") else "/"


def _language(request: Request) -> str:
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else choose_language(request.headers.get("accept-language"))

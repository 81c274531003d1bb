"""Start the page on this computer."""

from __future__ import annotations

import os

# Before Gradio and onnxruntime are imported: neither may call home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import errno
import ipaddress
import signal
import socket
import ssl
import sys
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from gradio.routes import mount_gradio_app
from starlette.routing import Mount

from model.bundle import load_bundle
from model.errors import TigercheckError
from model.image import ImageLimits
from model.predict import Predictor
from serve.exercise.store.store import ExerciseStore
from serve.i18n import tr
from serve.services.access_errors import AccessError, AccessErrorCode
from serve.services.language import system_language
from serve.services.local_only import HOSTS, AsgiApp, LocalOnly
from serve.services.login import LoginRequired, user_of
from serve.services.uploads import upload_folder
from serve.services.users import Users
from serve.store.errors import StoreError, StoreErrorCode
from serve.store.store import CaseStore
from serve.ui.page import build_page, css, theme
from serve.web.exercise_rooms import ExerciseRooms
from serve.web.faults import add_fault_pages
from serve.web.pages import add_pages

HOST = "127.0.0.1"
#: How many ports after the one asked for are tried.
_PORTS = 50


@dataclass(frozen=True)
class Serving:
    """Where the page is served and to whom.

    Attributes:
        host: address or name to listen at.
        port: port asked for; the next free one is taken if it is in use, any free one for 0.
        certificate: PEM file for HTTPS, and its ``key``; both or neither.
        data: folder of the cases; ``database`` another database than the file in it.
    """

    host: str = HOST
    port: int = 7860
    certificate: Path | None = None
    key: Path | None = None
    data: Path | None = None
    database: str | None = None

    @property
    def tls(self) -> bool:
        """Whether the page is served by HTTPS."""
        return self.certificate is not None

    @property
    def loopback(self) -> bool:
        """Whether only this computer can reach the page."""
        return self.host == "localhost" or (_is_address(self.host) and ipaddress.ip_address(self.host).is_loopback)


def build_app(
    bundle: Path | None = None,
    store: CaseStore | None = None,
    store_fault: StoreError | None = None,
    serving: Serving | None = None,
    open_exercises: Callable[[], ExerciseStore] = ExerciseStore,
) -> AsgiApp:
    """The whole web application. A bundle that cannot be used gives a page that says so instead of no page.

    Args:
        bundle: bundle folder; ``None`` for the one in use.
        store: the cases. If it holds any user, disabled or not, every address asks for a sign-in.
        store_fault: why there is no store, for the page to say. Then no case can be reached, so nobody need sign in.
        serving: where; ``None`` for this computer alone.
        open_exercises: opens the exercises when a page first needs them.

    Raises:
        AccessError: other computers could reach the page, and no enabled user is there to sign in.
    """
    serving = serving or Serving()
    users = Users(store.database) if store is not None else None
    known = users.all() if users is not None else []
    if not serving.loopback:
        if store_fault is not None:
            raise store_fault
        if not any(not user.disabled for user in known):
            raise AccessError(AccessErrorCode.NO_USERS, system_language(), host=serving.host)
    predictor: Predictor | None = None
    fault: TigercheckError | None = None
    try:
        predictor = Predictor(load_bundle(bundle))
    except TigercheckError as error:
        fault = error
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/alive", status_code=204)
    def alive() -> None:
        """Whether the program still runs; the page asks every few seconds."""

    @app.get("/active", status_code=204)
    def active() -> None:
        """The same, asked for while someone does something on the page: it keeps a session from ending."""

    def held() -> CaseStore:
        if store is not None:
            return store
        if store_fault is None:
            raise StoreError("this page was started without a case store")
        return _opened_later(serving)

    exercises = ExerciseRooms(open_exercises, predictor, reachable=not serving.loopback)
    stores = add_pages(app, held, exercises)
    app.mount("/fonts", StaticFiles(packages=[("serve.ui", "fonts")]))
    mount_gradio_app(
        app, build_page(predictor, fault, stores.get), path="/", server_name=HOST, footer_links=[], run_history=False,
        ssr_mode=False, show_error=True, theme=theme(), css=css(), pwa=False, mcp_server=False,
        # With users, handlers see the name as request.username.
        auth_dependency=user_of if known else None,
        # A little above what the core accepts, so that the core gives the answer in the chosen language.
        max_file_size=ImageLimits().max_bytes + 1024 * 1024,
    )  # fmt: skip
    for route in app.routes:
        # Gradio's part answers addresses that lead nowhere; it does so like all other pages.
        if isinstance(route, Mount) and isinstance(route.app, FastAPI):
            route.app.state.stores = stores
            add_fault_pages(route.app)
    guarded: AsgiApp = LoginRequired(app, users, serving.tls) if users is not None and known else app
    if serving.loopback:
        return LocalOnly(guarded)
    name = socket.gethostname().lower()
    return LocalOnly(guarded, HOSTS | {serving.host.lower(), name, f"{name}.local"}, own_address=True)


def launch(bundle: Path | None, serving: Serving, open_browser: bool) -> None:
    """Serve until Ctrl+C. Uploaded photos lie in a temporary folder that goes with the program, or at its next start.

    Args:
        bundle: bundle folder; ``None`` for the one in use.
        serving: where and to whom.
        open_browser: open the page in the default browser once it answers.

    Raises:
        TigercheckError: none of the ports is free, the address or the certificate cannot be used, or other computers
            could reach the page without users.
    """
    _check_certificate(serving)
    store, store_fault = None, None
    try:
        store = CaseStore(serving.data, serving.database)
    except StoreError as error:
        # Photos can be checked all the same; the page says why no case can be kept.
        store_fault = error
        print(f"tigercheck: {error}", file=sys.stderr, flush=True)
    # uvicorn ends gracefully, then raises the signal again for whoever handled it before. SIGTERM's own handling would
    # end the process there and then, and leave the photos behind.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    opened: list[ExerciseStore] = []

    def open_exercises() -> ExerciseStore:
        opened.append(ExerciseStore(serving.data, serving.database))
        return opened[-1]

    with upload_folder() as uploads:
        os.environ["GRADIO_TEMP_DIR"] = str(uploads)
        app = build_app(bundle, store, store_fault, serving, open_exercises)
        listener = _listen(serving)
        shown = HOST if serving.host == "localhost" else serving.host
        shown = f"[{shown}]" if ":" in shown else shown
        url = f"http{'s' if serving.tls else ''}://{shown}:{listener.getsockname()[1]}"
        # A page left open holds a connection; Ctrl+C must not wait for it. Whom a request comes from is never taken
        # from its headers.
        config = uvicorn.Config(
            app, log_level="warning", ws="none", timeout_graceful_shutdown=1, proxy_headers=False,
            server_header=False, ssl_certfile=serving.certificate, ssl_keyfile=serving.key,
        )  # fmt: skip
        try:
            _Server(config, url, open_browser, serving).run(sockets=[listener])
        finally:
            for exercises in opened:
                exercises.close()
            if store is not None:
                store.close()


def _opened_later(serving: Serving) -> CaseStore:
    """The store that could not be opened at the start: the program that held it may have been closed since.

    Raises:
        StoreError: it still cannot be opened; or it holds users, who would have to sign in, but this page was started
            without asking anyone to.
    """
    store = CaseStore(serving.data, serving.database)
    try:
        if not Users(store.database).all():
            return store
    except BaseException:
        store.close()
        raise
    store.close()
    raise StoreError(
        "the case store can be opened again and has users: stop tigercheck and start it again, so that it asks for a "
        "sign-in",
        StoreErrorCode.START_AGAIN,
    )


class _Server(uvicorn.Server):
    """Says where it listens only once it does."""

    def __init__(self, config: uvicorn.Config, url: str, open_browser: bool, serving: Serving) -> None:
        super().__init__(config)
        self._url, self._open_browser, self._serving = url, open_browser, serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        language = system_language()
        here = self._serving.loopback
        print(tr("serve.listening" if here else "access.listening", language, url=self._url), flush=True)
        if not here and not self._serving.tls:
            print(tr("access.no_tls", language), file=sys.stderr, flush=True)
        if self._open_browser:
            # In a thread: some browsers return only when they are closed.
            threading.Thread(target=webbrowser.open, args=(self._url,), daemon=True).start()


def _listen(serving: Serving) -> socket.socket:
    port = serving.port
    try:
        # A name may have addresses of both families; the page is said to be at one, so it listens at the first.
        family, _, _, _, address = socket.getaddrinfo(
            HOST if serving.host == "localhost" else serving.host, port, type=socket.SOCK_STREAM
        )[0]
    except OSError as error:
        raise TigercheckError(f"{serving.host} is no address of this computer: {error.strerror}") from error
    for candidate in [0] if port == 0 else range(port, min(port + _PORTS, 65_536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name != "nt":
            # On Windows this option would let two programs share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address[0], candidate))
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRNOTAVAIL:
                raise TigercheckError(
                    f"{serving.host} is no address of this computer; give one that it has, with --host"
                ) from error
        else:
            return listener
    raise TigercheckError(f"no free port from {port} on; give another with --port")


def _check_certificate(serving: Serving) -> None:
    if (serving.certificate is None) != (serving.key is None):
        raise TigercheckError("HTTPS needs both: give --certificate and --key")
    if serving.certificate is None or serving.key is None:
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(serving.certificate, serving.key)
    except OSError as error:  # SSLError is one
        raise TigercheckError(
            f"{serving.certificate} and {serving.key} cannot be used: {error}. Expected a PEM certificate and its "
            "unencrypted PEM key"
        ) from error


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

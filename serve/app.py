"""Start the page on this computer."""

from __future__ import annotations

import os

# Before Gradio and onnxruntime are imported: neither may call home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import socket
import tempfile
import threading
import webbrowser
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from gradio.routes import mount_gradio_app

from model.bundle import load_bundle
from model.errors import TigercheckError
from model.image import ImageLimits
from model.predict import Predictor
from serve.i18n import tr
from serve.services.language import system_language
from serve.services.local_only import AsgiApp, LocalOnly
from serve.store.store import CaseStore
from serve.ui.page import build_page, css, theme
from serve.web.pages import add_pages

HOST = "127.0.0.1"
#: How many ports after the one asked for are tried.
_PORTS = 50


def build_app(bundle: Path | None = None) -> AsgiApp:
    """The whole web application. A bundle that cannot be used gives a page that says so instead of no page."""
    predictor, fault = None, ""
    try:
        predictor = Predictor(load_bundle(bundle))
    except TigercheckError as error:
        fault = str(error)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/alive", status_code=204)
    def alive() -> None:
        """Whether the program still runs; the page asks every few seconds."""

    stores = add_pages(app, _open_store)
    app.mount("/fonts", StaticFiles(packages=[("serve.ui", "fonts")]))
    mount_gradio_app(
        app, build_page(predictor, fault, stores.get), path="/", server_name=HOST, footer_links=[], run_history=False,
        ssr_mode=False, show_error=True, theme=theme(), css=css(), pwa=False, mcp_server=False,
        # A little above what the core accepts, so that the core gives the answer in the chosen language.
        max_file_size=ImageLimits().max_bytes + 1024 * 1024,
    )  # fmt: skip
    return LocalOnly(app)


def _open_store() -> CaseStore:
    """The case store that ``tigercheck cases`` uses, too."""
    data = os.environ.get("TIGERCHECK_DATA")
    return CaseStore(Path(data) if data else None, os.environ.get("TIGERCHECK_DATABASE"))


def launch(bundle: Path | None, port: int, open_browser: bool) -> None:
    """Serve until Ctrl+C. Uploaded photos lie in a temporary folder that goes with the program.

    Args:
        bundle: bundle folder; ``None`` for the one shipped.
        port: port asked for; the next free one is taken if it is in use, any free one for 0.
        open_browser: open the page in the default browser once it answers.

    Raises:
        TigercheckError: none of the ports is free.
    """
    listener = _listen(port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="tigercheck-") as uploads:
        os.environ["GRADIO_TEMP_DIR"] = uploads
        # A page left open holds a connection; Ctrl+C must not wait for it.
        config = uvicorn.Config(build_app(bundle), log_level="warning", ws="none", timeout_graceful_shutdown=1)
        server = _Server(config, url, open_browser)
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says where it listens only once it does."""

    def __init__(self, config: uvicorn.Config, url: str, open_browser: bool) -> None:
        super().__init__(config)
        self._url, self._open_browser = url, open_browser

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(tr("serve.listening", system_language(), url=self._url), flush=True)
        if self._open_browser:
            # In a thread: some browsers return only when they are closed.
            threading.Thread(target=webbrowser.open, args=(self._url,), daemon=True).start()


def _listen(port: int) -> socket.socket:
    for candidate in [0] if port == 0 else range(port, min(port + _PORTS, 65_536)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name != "nt":
            # On Windows this option would let two programs share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
        except OSError:
            listener.close()
        else:
            return listener
    raise TigercheckError(f"no free port from {port} on; give another with --port")

"""Behind a sign-in: a real server in a process of its own, asked as a browser and as an intruder would."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from serve.i18n import LANGUAGES, tr
from serve.services.users import TRIES_NAME, Users
from serve.store.database import Database
from tests.support.server import serving

SECRET = "hoa sen nở sớm"
#: Everything a page is made of, Gradio's own file, upload, queue and information routes included.
ROUTES = (
    "/", "/config", "/alive", "/fonts/OFL.txt", "/theme.css", "/gradio_api/info", "/gradio_api/startup-events",
    "/gradio_api/app_id", "/gradio_api/file=/etc/passwd", "/file=/etc/passwd", "/gradio_api/queue/data?session_hash=a",
    "/gradio_api/queue/status", "/gradio_api/heartbeat/a", "/gradio_api/stream/a/b/c/playlist.m3u8", "/no/such/page",
    "/login/", "/login/../config", "//login", "/LOGIN", "/logout/x",
)  # fmt: skip


@dataclass(frozen=True)
class Post:
    """A served post: its address, the folder of its cases, what it printed."""

    url: str
    data: Path
    log: Path


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("post")
    database = Database(folder / "cases")
    users = Users(database)
    users.add("Lan", SECRET)
    users.add("Minh", SECRET)
    database.close()
    with serving(log=folder / "log.txt", options=["--host", "0.0.0.0"], LANG="C.UTF-8") as url:
        yield Post(url.replace("0.0.0.0", "127.0.0.1"), folder / "cases", folder / "log.txt")


def sign_in(client: httpx.Client, name: str = "Lan", password: str = SECRET, **form: str) -> httpx.Response:
    return client.post("/login", data={"name": name, "password": password, **form})


@pytest.fixture
def stranger(post: Post) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=post.url) as client:
        yield client


@pytest.fixture
def signed_in(post: Post) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=post.url) as client:
        assert sign_in(client).status_code == 303
        yield client


@pytest.mark.parametrize("route", ROUTES)
def test_no_route_answers_a_stranger(stranger: httpx.Client, route: str) -> None:
    request = httpx.Request("GET", f"{stranger.base_url}".rstrip("/") + "/")
    request.url = request.url.copy_with(raw_path=route.encode())
    answer = stranger.send(request)
    assert answer.status_code == 401, answer.text[:200]
    page = stranger.get("/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/login")


def test_a_stranger_cannot_upload_or_run_anything(stranger: httpx.Client, signed_in: httpx.Client) -> None:
    uploads = {"files": ("a.jpg", b"photo", "image/jpeg")}
    assert stranger.post("/gradio_api/upload", files=uploads).status_code == 401
    for route in (
        "/gradio_api/queue/join",
        "/gradio_api/run/predict",
        "/gradio_api/component_server",
        "/gradio_api/reset",
    ):
        assert stranger.post(route, json={"fn_index": 0, "data": [], "session_hash": "a"}).status_code == 401
    # The same upload is taken from who is signed in, can be read back by them, and not by a stranger.
    stored = signed_in.post("/gradio_api/upload", files=uploads)
    assert stored.status_code == 200
    (path,) = stored.json()
    assert signed_in.get(f"/gradio_api/file={path}").content == b"photo"
    assert stranger.get(f"/gradio_api/file={path}").status_code == 401
    assert signed_in.get("/gradio_api/file=/etc/passwd").status_code in (403, 404)


def test_who_is_signed_in_sees_the_page_and_handlers_see_who(signed_in: httpx.Client) -> None:
    page = signed_in.get("/", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "gradio" in page.text
    assert signed_in.get("/gradio_api/user").json() == "Lan"
    assert signed_in.get("/alive").status_code == 204


def test_the_cookie_is_for_this_page_alone(stranger: httpx.Client) -> None:
    answer = sign_in(stranger, next="/?x=1")
    assert answer.headers["location"] == "/?x=1"
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/", "max-age="))
    assert "domain" not in cookie
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "x"])
def test_signing_in_never_leads_elsewhere(stranger: httpx.Client, target: str) -> None:
    assert sign_in(stranger, next=target).headers["location"] == "/"


def test_signing_out_ends_the_session_for_good(signed_in: httpx.Client) -> None:
    cookies = dict(signed_in.cookies)
    assert signed_in.get("/logout").status_code == 405
    assert signed_in.get("/alive").status_code == 204
    answer = signed_in.post("/logout")
    assert answer.headers["location"] == "/login?out=1"
    assert httpx.get(f"{signed_in.base_url}/alive", cookies=cookies).status_code == 401


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_page_speaks_three_languages_and_says_what_is_wrong(stranger: httpx.Client, language: str) -> None:
    page = stranger.get("/login", headers={"accept-language": language})
    assert tr("access.title", language) in page.text
    assert f'<html lang="{"zh-CN" if language == "zh" else language}">' in page.text
    failed = sign_in(stranger, "nobody", "<script>alert(1)</script>", lang=language)
    assert failed.status_code == 401
    assert tr("access.wrong", language) in failed.text
    assert "<script" not in failed.text
    assert "<script" not in sign_in(stranger, '"><script>', "x", lang=language).text


def test_guessing_is_slowed(stranger: httpx.Client) -> None:
    for _ in range(TRIES_NAME):
        assert sign_in(stranger, "Minh", "wrong", lang="en").status_code == 401
    refused = sign_in(stranger, "Minh", SECRET, lang="en")
    assert refused.status_code == 429
    assert "Too many failed attempts" in refused.text


def test_other_origins_and_hosts_are_refused_also_with_a_session(post: Post, signed_in: httpx.Client) -> None:
    for headers in (
        {"origin": "http://evil.example"}, {"origin": "null"}, {"host": "evil.example"},
        {"origin": post.url.replace("http:", "https:").replace("127.0.0.1", "127.0.0.2")},
    ):  # fmt: skip
        assert signed_in.get("/config", headers=headers).status_code == 403
        assert sign_in_with(signed_in, headers) == 403
    # Its own host name, and the address a request came in on, are the page's own.
    port = httpx.URL(post.url).port
    assert signed_in.get("/alive", headers={"host": f"{socket.gethostname()}:{port}"}).status_code == 204
    assert signed_in.get("/alive", headers={"host": f"127.0.0.3:{port}"}).status_code == 403


def sign_in_with(client: httpx.Client, headers: dict[str, str]) -> int:
    return client.post("/login", data={"name": "Lan", "password": SECRET}, headers=headers).status_code


def test_serving_others_without_encryption_is_warned_of(post: Post) -> None:
    assert tr("access.no_tls", "en") in post.log.read_text(encoding="utf-8")


def serve(tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "serve.cli", "serve", "--no-browser", "--port", "0", "--data", str(tmp_path), *options],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def test_other_computers_are_not_served_without_an_enabled_user(tmp_path: Path) -> None:
    result = serve(tmp_path, "--host", "0.0.0.0")
    assert result.returncode == 2
    assert "tigercheck users add" in result.stderr
    database = Database(tmp_path)
    Users(database).add("Lan", SECRET)
    Users(database).disable("Lan")
    database.close()
    assert serve(tmp_path, "--host", "0.0.0.0").returncode == 2


def test_what_cannot_be_served_is_said_clearly(tmp_path: Path) -> None:
    assert "give --certificate and --key" in serve(tmp_path, "--key", "x.pem").stderr
    assert "cannot be used" in serve(tmp_path, "--certificate", "x.pem", "--key", "x.pem").stderr
    (tmp_path / "cases.sqlite").write_bytes(b"no database" * 100)
    damaged = serve(tmp_path, "--host", "0.0.0.0")
    assert damaged.returncode == 2
    assert "damaged" in damaged.stderr


def test_one_person_on_one_laptop_signs_in_nowhere(tmp_path: Path) -> None:
    with serving(log=tmp_path / "log.txt") as url:
        assert httpx.get(url, headers={"accept": "text/html"}).status_code == 200
        assert httpx.get(url, headers={"host": "evil.example"}).status_code == 403


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_with_a_certificate_the_page_and_its_cookie_are_for_https_only(tmp_path: Path) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    database = Database(tmp_path / "cases")
    Users(database).add("Lan", SECRET)
    database.close()
    options = ["--certificate", certificate, "--key", key]
    with serving(log=tmp_path / "log.txt", options=options) as url:
        assert url.startswith("https://")
        context = ssl.create_default_context(cafile=str(certificate))
        with httpx.Client(base_url=url, verify=context) as client:
            cookie = sign_in(client).headers["set-cookie"]
            assert cookie.startswith("__Host-tigercheck=")
            assert "Secure" in cookie
            assert client.get("/alive").status_code == 204

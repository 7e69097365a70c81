"""A window like the shipped one, with nothing but the test page in it: private session, forced sandbox, the same policy,
evidence from a scheme of its own in ranges of at most 1 MiB. What the page reports is written out, one JSON object a line,
each with what the processes of the engine hold at that moment.

    host.py PAGE_FOLDER MEDIA_FOLDER QUERY SECONDS
"""

import json
import os
import sys
import time
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Soup", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, GLib, Gtk, Soup, WebKit2  # noqa: E402

from watch import bus_players, held  # noqa: E402

PIECE = 1 << 20
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: chronicle-media:",
        "media-src blob:",
        "connect-src 'self' ipc: http://ipc.localhost chronicle-media:",
        "worker-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-src 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types svelte-trusted-html",
    ]
)
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
# What the shipped window does before any script of the page.
FREEZE = "Object.freeze(Object.prototype);"


def answer(request, status, headers, body):
    response = WebKit2.URISchemeResponse.new(Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(body)), len(body))
    fields = Soup.MessageHeaders.new(Soup.MessageHeadersType.RESPONSE)
    for name, value in headers.items():
        fields.append(name, value)
    response.set_http_headers(fields)
    response.set_content_type(headers.get("Content-Type", "application/octet-stream"))
    response.set_status(status, None)
    request.finish_with_response(response)


class Host:
    def __init__(self, page, media, query, seconds):
        self.page, self.media = Path(page), Path(media)
        self.requests, self.bytes = 0, 0
        self.failed = False
        context = WebKit2.WebContext.new_ephemeral()
        context.set_cache_model(WebKit2.CacheModel.DOCUMENT_VIEWER)
        context.connect("automation-started", lambda *_: None)
        security = context.get_security_manager()
        for scheme, serve in (("page", self.serve_page), ("chronicle-media", self.serve_media)):
            context.register_uri_scheme(scheme, serve)
            security.register_uri_scheme_as_secure(scheme)
            security.register_uri_scheme_as_cors_enabled(scheme)
        content = WebKit2.UserContentManager()
        content.connect("script-message-received::report", self.reported)
        content.register_script_message_handler("report")
        content.add_script(
            WebKit2.UserScript.new(
                FREEZE, WebKit2.UserContentInjectedFrames.ALL_FRAMES, WebKit2.UserScriptInjectionTime.START, None, None
            )
        )
        view = WebKit2.WebView(web_context=context, user_content_manager=content)
        settings = view.get_settings()
        settings.set_enable_write_console_messages_to_stdout(bool(os.environ.get("PLAYING_CONSOLE")))
        # Nobody clicks here; the shipped page plays on a click.
        settings.set_media_playback_requires_user_gesture(False)
        view.connect("web-process-terminated", self.died)
        window = Gtk.Window(default_width=640, default_height=480)
        window.add(view)
        window.show_all()
        self.view, self.window = view, window
        GLib.timeout_add_seconds(seconds, self.late)
        view.load_uri(f"page://localhost/index.html?{query}")

    def serve_page(self, request):
        path = self.page / request.get_path().lstrip("/")
        if not path.is_file():
            return answer(request, 404, {}, b"")
        headers = {"Content-Type": TYPES.get(path.suffix, "application/octet-stream"), "Content-Security-Policy": POLICY}
        return answer(request, 200, headers, path.read_bytes())

    def serve_media(self, request):
        path = self.media / request.get_path().lstrip("/").split("/")[-1]
        allow = {"Access-Control-Allow-Origin": "page://localhost", "Access-Control-Expose-Headers": "Content-Range"}
        if not path.is_file():
            return answer(request, 404, allow, b"")
        size = path.stat().st_size
        asked = request.get_http_headers().get_one("Range") or ""
        first, _, last = asked.removeprefix("bytes=").partition("-")
        if not asked.startswith("bytes=") or not first.isdigit() or int(first) >= size:
            return answer(request, 413, allow, b"")
        start = int(first)
        end = min(int(last) if last.isdigit() else size - 1, size - 1, start + PIECE - 1)
        with path.open("rb") as file:
            file.seek(start)
            body = file.read(end - start + 1)
        self.requests += 1
        self.bytes += len(body)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {start}-{end}/{size}",
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
        }
        return answer(request, 206, headers | allow, body)

    def reported(self, _content, result):
        report = json.loads(result.get_js_value().to_string())
        report["held"] = held(os.getpid())
        report["requests"], report["bytes"] = self.requests, self.bytes
        if report.get("players"):
            report["players"] = bus_players()
        print(json.dumps(report), flush=True)
        if report.get("end"):
            self.end()

    def died(self, _view, reason):
        print(json.dumps({"died": reason.value_nick}), flush=True)
        self.failed = True
        self.end()

    def late(self):
        print(json.dumps({"late": True}), flush=True)
        self.failed = True
        self.end()

    def end(self):
        self.window.destroy()
        GLib.timeout_add(500, Gtk.main_quit)


if __name__ == "__main__":
    began = time.monotonic()
    host = Host(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
    Gtk.main()
    print(json.dumps({"seconds": round(time.monotonic() - began, 1)}), flush=True)
    sys.exit(1 if host.failed else 0)

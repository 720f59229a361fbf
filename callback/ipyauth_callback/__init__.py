"""Jupyter server extension: one open, static page at {base_url}callback/.

A provider sends the browser back to this page, which hands what it received to the notebook's
kernel. The page holds no data and is served without login on purpose: every login detour loses the
fragment, where implicit answers are. It therefore knows nothing of Jupyter's users, cookies or
tokens: a plain tornado handler, not a JupyterHandler.
"""

import base64
import hashlib
import re
from pathlib import Path

from tornado import web

try:
    from jupyter_server.auth.decorator import allow_unauthenticated
except ImportError:  # before jupyter_server 2.13 a handler that asks for no login is open as it is

    def allow_unauthenticated(method):
        return method


PAGE = Path(__file__).with_name("index.html").read_bytes()


def _hashes(tag):
    """CSP sources for every inline <tag> of the page (CSP3 section 2.3.1, hash-source)."""
    blocks = re.findall(rb"<%b(?:\s[^>]*)?>(.*?)</%b>" % (tag, tag), PAGE, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(block).digest()).decode() for block in blocks)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


# Why each one is there: callback/embed.go, whose Headers gives the same values.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; script-src {_hashes(b'script')}; style-src {_hashes(b'style')}; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Content-Type": "text/html; charset=utf-8",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class CallbackHandler(web.RequestHandler):
    """GET and HEAD of the page; any other method is 405 before the server looks at it."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def set_default_headers(self):
        for name, value in HEADERS.items():
            self.set_header(name, value)

    @allow_unauthenticated
    def get(self, slash):
        if slash:
            self.finish(PAGE)
            return
        # The query comes along untouched; the browser itself carries the fragment over.
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(f"{self.request.path}/{query}")

    head = get

    def write_error(self, status_code, **kwargs):
        if status_code == 405:
            self.set_header("Allow", ", ".join(self.SUPPORTED_METHODS))
        self.finish(f"{status_code}\n")


def _jupyter_server_extension_points():
    return [{"module": "ipyauth_callback"}]


def _load_jupyter_server_extension(app):
    # Concatenated, not url_path_join: that drops the last slash, and the server's own rule would
    # then redirect callback/ to callback.
    path = re.escape(app.web_app.settings["base_url"]) + r"callback(/?)"
    app.web_app.add_handlers(".*$", [(path, CallbackHandler)])

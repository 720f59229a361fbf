"""Tells about the Python that runs this, in one line of JSON (see python.go)."""

import sys

sys.path[:] = [entry for entry in sys.path if entry]  # the current folder is not to be asked

import hashlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402

try:
    from importlib import metadata
except ImportError:  # older than any Python the callback page runs on
    metadata = None

CALLBACK = "ipyauth_callback"


def version(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def callback_files():
    """SHA-256 by base name, None when it is not installed."""
    try:
        files = metadata.files(CALLBACK) or []
    except metadata.PackageNotFoundError:
        return None
    digests = {}
    for file in files:
        path = str(file.locate())
        if ".dist-info" in path or path.endswith(".pyc") or not os.path.isfile(path):
            continue  # pip's own, or made on the way
        with open(path, "rb") as f:
            digests[os.path.basename(path)] = hashlib.sha256(f.read()).hexdigest()
    return digests


def jupyter_path():
    try:
        from jupyter_core.paths import jupyter_path
    except Exception:
        return []
    return jupyter_path()


def enabled():
    """Whether Jupyter Server's configuration files enable the callback."""
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    config = ExtensionConfigManager(read_config_path=jupyter_config_path())
    return bool(config.get_jpserver_extensions().get(CALLBACK))


def import_error():
    try:
        __import__(CALLBACK)
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)
    return ""


def servers():
    """Running servers; their tokens stay here."""
    from jupyter_server.serverapp import list_running_servers

    return [{"url": s.get("url", ""), "sock": s.get("sock") or ""} for s in list_running_servers()]


answer = {
    "prefix": sys.prefix,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "supported": sys.version_info >= (3, 10),
}
if metadata:
    names = ("anywidget", "ipywidgets", "jupyter_server", CALLBACK)
    versions = {name: version(name) for name in names}
    answer["packages"] = {name: found for name, found in versions.items() if found}
    answer["callback"] = callback_files()
    answer["jupyter_path"] = jupyter_path()
    if "doctor" in sys.argv[1:] and "jupyter_server" in answer["packages"]:
        answer["import_error"] = import_error()
        answer["enabled"] = enabled()
        answer["servers"] = servers()
print(json.dumps(answer))

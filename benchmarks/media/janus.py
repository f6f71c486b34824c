"""Janus as Debian packs it, with a configuration folder of its own: found or installed, configured, never changed."""

import shutil
import subprocess
from pathlib import Path

LIBRARY = Path("/usr/lib")


def program() -> str:
    """The path of Janus; installed when it is missing and this may be done.

    :raises LookupError: it is neither here nor to be had.
    """
    found = shutil.which("janus")
    if found is None:
        root = [] if shutil.which("sudo") is None else ["sudo", "-n"]
        try:
            subprocess.run(
                [*root, "apt-get", "install", "-qy", "--no-install-recommends", "janus"],
                check=True, capture_output=True, timeout=300,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            raise LookupError(f"Debian's package janus cannot be installed: {error}") from error
        found = shutil.which("janus")
    if found is None:
        raise LookupError("Debian's package janus has no program janus")
    return found


def configure(folder: Path, address: str, port: int) -> list[str]:
    """Write the configuration; the command that starts Janus with it. Its WebSocket listens on loopback."""
    library = next(LIBRARY.glob("*/janus"))
    recordings, empty = folder / "recordings", folder / "none"
    for one in (recordings, empty):
        one.mkdir(parents=True)
    (folder / "janus.jcfg").write_text(
        f"""general: {{
    configs_folder = "{folder}"
    plugins_folder = "{library}/plugins"
    transports_folder = "{library}/transports"
    events_folder = "{empty}"
    loggers_folder = "{empty}"
    debug_level = 2
    interface = "{address}"
}}
nat: {{
    ice_enforce_list = "{address}"
}}
media: {{
}}
plugins: {{
    disable = "{",".join(p.name for p in (library / "plugins").glob("*.so") if "videoroom" not in p.name)}"
}}
transports: {{
    disable = "{",".join(p.name for p in (library / "transports").glob("*.so") if "websockets" not in p.name)}"
}}
"""
    )
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{\n    ws = true\n    ws_port = {port}\n    ws_ip = "127.0.0.1"\n    wss = false\n}}\n'
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: {\n}\n")
    return [program(), "-F", str(folder), "-C", str(folder / "janus.jcfg"), "-o"]

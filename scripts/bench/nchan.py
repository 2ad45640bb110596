"""nginx with Nchan as the system's packages bring it; used when it is there, never installed by us."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

_MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
_CONFIGURATION = """
load_module {module};
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log error;
events {{ worker_connections 16000; }}
http {{
  access_log off;
  client_body_temp_path {folder}/nginx-body;
  proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi;
  uwsgi_temp_path {folder}/nginx-uwsgi;
  scgi_temp_path {folder}/nginx-scgi;
  keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    nchan_channel_id ward;
    location = /follow {{ nchan_subscriber websocket; nchan_subscriber_first_message newest; }}
    location = /tell {{ nchan_publisher; nchan_message_buffer_length 100; }}
  }}
}}
"""


def is_installed() -> bool:
    """Whether both packages are there: `nginx` and `libnginx-mod-nchan`."""
    return shutil.which("nginx") is not None and _MODULE.exists()


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """A server of our own, beside any that the system runs."""
    configuration = folder / "nginx.conf"
    user = "user root;" if os.getuid() == 0 else ""
    configuration.write_text(_CONFIGURATION.format(module=_MODULE, user=user, folder=folder, port=port))
    server = subprocess.Popen(["nginx", "-e", str(folder / "nginx.log"), "-c", str(configuration)])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.05)
    raise RuntimeError((folder / "nginx.log").read_text())

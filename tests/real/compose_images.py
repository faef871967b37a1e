"""The images that docker-compose.yml names beside Steward's, made of Debian's programs under the very same names.

So the file that users run is tested as it stands, on a machine that reaches no registry. Ollama, which Debian does not
have, is a stand-in with one model.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.real.debian_base import BASE
from tests.real.docker_cli import Docker
from tests.real.need import program

PROMETHEUS = f"""\
FROM {BASE}
COPY prometheus promtool /bin/
RUN install -d -o nobody -g nogroup /prometheus
USER nobody
ENTRYPOINT ["/bin/prometheus"]
"""

NODE_EXPORTER = f"""\
FROM {BASE}
COPY prometheus-node-exporter /bin/node_exporter
USER nobody
ENTRYPOINT ["/bin/node_exporter"]
"""

OLLAMA = f"""\
FROM {BASE}
COPY ollama /bin/
STOPSIGNAL SIGKILL
ENTRYPOINT ["/bin/ollama"]
CMD ["serve"]
"""

POSTGRES = f"""\
FROM {BASE}
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends postgresql-15
COPY start-postgres /bin/
RUN install -d -o postgres /var/lib/postgresql/data
USER postgres
STOPSIGNAL SIGINT
ENTRYPOINT ["/bin/start-postgres"]
"""

OLLAMA_PROGRAM = """\
#!/usr/bin/python3
import http.server, json, sys, urllib.request


class Tags(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"models": [{"model": "llama3.2:latest"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if sys.argv[1] == "serve":
    http.server.HTTPServer(("0.0.0.0", 11434), Tags).serve_forever()
urllib.request.urlopen("http://127.0.0.1:11434/api/tags", timeout=3)
"""

START_POSTGRES = """\
#!/bin/sh -e
PATH=/usr/lib/postgresql/15/bin:$PATH
PGDATA=/var/lib/postgresql/data
export PGDATA
printf %s "$POSTGRES_PASSWORD" >/tmp/password
initdb --username="$POSTGRES_USER" --auth=scram-sha-256 --pwfile=/tmp/password
echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
echo "CREATE DATABASE $POSTGRES_USER" | postgres --single postgres
exec postgres -c "listen_addresses=*"
"""


def add_images(docker: Docker, names: Mapping[str, str], folder: Path) -> None:
    """Builds them under `names`: the image of each service, as the Compose file has it."""
    for name in ("prometheus", "promtool"):
        shutil.copy(program(name, "prometheus"), folder / name)
    shutil.copy(program("prometheus-node-exporter", "prometheus-node-exporter"), folder)
    for script, text in (("ollama", OLLAMA_PROGRAM), ("start-postgres", START_POSTGRES)):
        (folder / script).write_text(text)
        (folder / script).chmod(0o755)
    recipes = {"prometheus": PROMETHEUS, "node-exporter": NODE_EXPORTER, "ollama": OLLAMA, "postgres": POSTGRES}
    for service, recipe in recipes.items():
        (folder / "Dockerfile").write_text(recipe)
        docker("build", "--network=host", "--tag", names[service], str(folder))

"""The docker command on one engine, and Compose where it is installed as a plugin or by itself."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.real.need import program

PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Docker:
    """Runs docker against the engine at `host`."""

    host: str

    def __call__(self, *words: str, cwd: Path | None = None, **variables: str) -> str:
        """The command's output; its failure fails the test, with what it said."""
        done = self.attempt(*words, cwd=cwd, **variables)
        assert done.returncode == 0, f"docker {' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()

    def attempt(self, *words: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """The ended command, well or not."""
        return self._run((program("docker", "docker.io"), *words), cwd, variables)

    def compose(self, *words: str, cwd: Path, **variables: str) -> str:
        """`docker compose`, or docker-compose where the plugin is missing."""
        if self.attempt("compose", "version").returncode == 0:
            return self("compose", *words, cwd=cwd, **variables)
        done = self._run((program("docker-compose", "docker-compose"), *words), cwd, variables)
        assert done.returncode == 0, f"docker-compose {' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()

    def clear(self) -> None:
        """Removes every container, and every network: their devices would outlive the engine."""
        if containers := self("ps", "--all", "--quiet").split():
            self("rm", "--force", "--volumes", *containers)
        self("network", "prune", "--force")

    def _run(
        self, words: tuple[str, ...], cwd: Path | None, variables: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DOCKER_HOST": self.host, **variables}
        return subprocess.run(
            words, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

"""The options of a target of kind `docker`."""

from pydantic import model_validator

from actions.options import TargetOptions


class DockerOptions(TargetOptions):
    """`container`, or `project` and `compose_service`. `host`: the engine's address; else DOCKER_HOST or the socket."""

    container: str = ""
    project: str = ""
    compose_service: str = ""
    host: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> "DockerOptions":
        of_compose = (bool(self.project), bool(self.compose_service))
        if of_compose != ((False, False) if self.container else (True, True)):
            raise ValueError("give either container, or project and compose_service")
        return self

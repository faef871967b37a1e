"""One look at a workload: its object, its history, its pods, and what they say together."""

from dataclasses import dataclass

from actions import kubernetes_pods as of_pods
from actions import kubernetes_read as read
from actions.kubernetes_api import Api, Place
from actions.model import State


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there.

    pods: the workload's own; `strays` are pods that its selector finds and that are not its own.
    """

    workload: read.Object
    history: tuple[read.Object, ...]
    records: tuple[read.Record, ...]
    pods: tuple[read.Object, ...]
    strays: tuple[read.Object, ...]
    state: State

    def was_done(self, action_id: str) -> bool:
        """Whether the action with this id had its effect, by what the workload has on it."""
        return read.was_done(action_id, self.workload, self.history)

    def intended(self, action_id: str) -> str:
        """What the action with this id was about to be done to; empty when it never got that far."""
        return read.intended(action_id, self.workload, self.history)

    def pod(self, uid: str) -> read.Object | None:
        """The pod of this UID, if it is there and stays."""
        here = (pod for pod in self.pods if pod["metadata"]["uid"] == uid)
        return next((pod for pod in here if of_pods.stays(pod)), None)


async def look(api: Api, place: Place, now: float) -> Seen:
    """Asks the cluster. `now` is in epoch seconds. Raises ActuatorError when it does not tell."""
    workload = await api.workload(place)
    history = tuple(await api.history(place, workload))
    found = await api.pods(place, workload)
    pods = of_pods.pods_of(workload, history, found)
    records = read.records(workload, history)
    state = State(
        replicas=read.replicas(workload),
        ready=read.ready(workload),
        revision=read.current(workload, records),
        revisions=tuple(record.revision for record in records),
        version=read.version(workload),
        problems=(*read.conditions(workload), *of_pods.problems(pods, now)),
        restarts=of_pods.restarts(pods),
        instances=of_pods.instances(pods),
        at_once=read.at_once(workload),
    )
    strays = tuple(pod for pod in found if pod not in pods)
    return Seen(workload, history, records, pods, strays, state)

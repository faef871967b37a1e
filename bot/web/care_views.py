"""What the API answers and is told about the care for incidents: acks, verdicts, silences, thresholds, questions."""

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.incident import Verdict
from bot.web.action_views import Decided
from bot.web.model import Time, View


class AckView(View):
    """Who looks after an incident, and since when."""

    identity: str
    words: str
    at: Time


class VerdictsView(View):
    """How many people said what of an incident. `mine`: what the asker said; null when nothing."""

    harmless: int
    helpful: int
    wrong: int
    mine: Verdict | None


class SilenceView(View):
    """Services of which the chats are not told until a time. `text` says who asked for it and why."""

    id: str
    services: tuple[str, ...]
    identity: str
    words: str
    given_at: Time
    until: Time
    reason: str
    text: str


class VoteView(View):
    """A person's word that moved a threshold."""

    incident_id: str
    verdict: Verdict
    words: str
    at: Time


class TunedView(View):
    """A threshold that is `factor` times as wide as shipped. `id` is what a reset must name.

    votes: the words that moved it, oldest first; empty when only the config did, and then nothing can be taken back.
    """

    id: str
    signature: str
    factor: float
    votes: tuple[VoteView, ...]


class SectionView(View):
    """A heading with lines below it, as on a message in chat."""

    heading: str
    lines: tuple[str, ...]


class Asked(Decided):
    """The answer to a question, with the facts that it cites. `footer` says whose words they are."""

    sections: tuple[SectionView, ...]
    footer: str


class Order(BaseModel):
    """The root of what is sent with a press."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Order):
    """A press that says it all."""


class VerdictOrder(Order):
    """What somebody thinks of an incident."""

    verdict: Verdict


class SilenceOrder(Order):
    """For how long, as people write it: `30m`, `2h`, `1d` or `tomorrow`; and why."""

    span: str = Field(alias="for", min_length=1, max_length=20)
    reason: str = Field("", max_length=200)


class Question(Order):
    """What somebody wants to know of an incident."""

    question: str = Field(min_length=1, max_length=500)


class Reason(Order):
    """Why a proposal was rejected."""

    text: str = Field(min_length=1, max_length=500)

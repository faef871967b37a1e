"""From domain values about the care for incidents to what the API answers. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.domain import storm, tuning
from bot.domain.card import Card
from bot.domain.incident import Incident
from bot.domain.moments import flattened
from bot.domain.people import Answer
from bot.domain.silence import Silence, covering
from bot.domain.tuning import Vote
from bot.web.care_views import Asked, SectionView, SilenceView, TunedView, VerdictsView, VoteView


def head(one: Incident, silences: Sequence[Silence]) -> dict[str, object]:
    """What the list shows of the care for an incident; `silences`: all that hold now."""
    found = covering(one.services, silences)
    return {"ack": one.ack, "silenced": min((each.until for each in found), default=None), "storm": one.storm}


def detail(one: Incident, silences: Sequence[Silence], identity: str) -> dict[str, object]:
    """The rest of it, for the person with this identity."""
    said = Counter(one.verdicts.values())
    return {
        "verdicts": VerdictsView(
            harmless=said["harmless"], helpful=said["helpful"], wrong=said["wrong"], mine=one.verdicts.get(identity)
        ),
        "silences": muted(covering(one.services, silences)),
        "folded": one.folded,
        "gathered": storm.summary(one) if one.storm else (),
    }


def muted(given: Sequence[Silence]) -> list[SilenceView]:
    """Silences in words and parts, the first to end first."""
    names = set(SilenceView.model_fields) - {"text"}
    return [
        SilenceView.model_validate({name: getattr(one, name) for name in names} | {"text": one.sentence})
        for one in sorted(given, key=lambda one: one.until)
    ]


def tuned(votes: Sequence[Vote], start: Mapping[str, float]) -> list[TunedView]:
    """The thresholds that people's words or the config moved; `start` are the config's factors."""
    cast: dict[str, list[Vote]] = {}
    for vote in sorted(votes, key=lambda one: one.at):
        cast.setdefault(vote.signature, []).append(vote)
    return [
        TunedView(
            id=tuning.short(name),
            signature=name,
            factor=round(factor, 4),
            votes=tuple(VoteView.model_validate(vote) for vote in cast.get(name, ())),
        )
        for name, factor in sorted(tuning.factors(votes, start).items())
    ]


def asked(answer: Answer) -> Asked:
    """The answer to a question; its text is not said twice."""
    card = flattened(answer.card) if answer.card else Card("info", "")
    kept = tuple(SectionView.model_validate(one) for one in card.sections if one.lines and one.lines != (answer.text,))
    return Asked(accepted=answer.accepted, text=answer.text, sections=kept, footer=card.footer)

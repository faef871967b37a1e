"""What the log, the events and the objects of a case say of each service."""
from bot.commands.case_files import Case
from bot.domain.ranking import Clue
from detectors.hops import held_up

def clues(case: Case) -> list[Clue]:
    """All clues."""
    return list(_hops(case))

def _hops(case):
    held = held_up(case.lines, case.start)
    most = max((h.seconds*h.share for h in held.values()), default=0.0)
    for s,h in sorted(held.items()):
        if h.slow: yield Clue(s,"hops",h.seconds*h.share/most*min(1,2*h.share),f"requests wait: {h.slow} of {h.hops} hops between it and others are slow, {h.seconds/h.slow:.2f} s more than usual each")

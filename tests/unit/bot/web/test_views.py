"""Models of what is said about incidents."""

from bot.web.views import EvidenceView
from tests import builders as make


def test_models_read_domain_values() -> None:
    assert EvidenceView.model_validate(make.evidence()).kind == "deployment"

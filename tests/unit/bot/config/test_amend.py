import pytest

from bot.config.amend import tuned
from bot.config.document import parse
from bot.config.load import check
from bot.domain.errors import ConfigError

HEAD = """\
# the shop
sources:
  - {name: logs, kind: files, paths: ["a.log"]}   # one
"""
NEW = {"shop/errors#ratio": 1.331, 'a "b"/x#level': 1.1}
ADDED = '  "shop/errors#ratio": 1.331\n  "a \\"b\\"/x#level": 1.1\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD, f"{HEAD}\ntuning:\n{ADDED}"),
        (HEAD.rstrip(), f"{HEAD}\ntuning:\n{ADDED}"),
        (f"tuning: {{}}\n{HEAD}", f"tuning:\n{ADDED}{HEAD}"),
        (f"tuning: {{}}  # none\n{HEAD}", f"tuning:\n{ADDED.rstrip()}  # none\n{HEAD}"),
        (
            f"tuning:\n    # why\n    old/q#level: 0.9  # so\n\n{HEAD}",
            "tuning:\n    # why\n    old/q#level: 0.9  # so\n" + ADDED.replace('  "', '    "') + f"\n{HEAD}",
        ),
        (
            f'{HEAD}tuning:\n  "shop/errors#ratio": 1.1  # so',
            f'{HEAD}tuning:\n  "shop/errors#ratio": 1.331  # so\n  "a \\"b\\"/x#level": 1.1',
        ),
        (
            f"tuning: {{shop/errors#ratio: 2, b/c#level: 1.2}}\n{HEAD}",
            f'tuning: {{shop/errors#ratio: 1.331, b/c#level: 1.2, "a \\"b\\"/x#level": 1.1}}\n{HEAD}',
        ),
    ],
)
def test_everything_else_stays_as_it_is(before: str, after: str) -> None:
    text = tuned(before, "steward.yaml", NEW, {})
    assert text == after
    settings = check(parse(text, "steward.yaml", {})).settings
    assert {name: settings.tuning[name] for name in NEW} == NEW


@pytest.mark.parametrize(
    "before",
    [
        '{sources: [{name: logs, kind: files, paths: ["a.log"]}]}\n',
        f"{HEAD}...\n",
        f"x-kept: &kept {{old/q#level: 1.2}}\n{HEAD}tuning: *kept\n",
    ],
)
def test_what_cannot_be_amended_is_left_alone(before: str) -> None:
    with pytest.raises(ConfigError, match="cannot be amended"):
        tuned(before, "steward.yaml", NEW, {})


def test_a_factor_that_is_not_allowed_is_not_written() -> None:
    with pytest.raises(ConfigError, match="cannot be amended"):
        tuned(HEAD, "steward.yaml", {"shop/errors#ratio": 3.5}, {})

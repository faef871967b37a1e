import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.document import nearest, parse
from bot.domain.errors import ConfigError

TEXT = """\
store: sqlite:///x.db

sources:
  - name: prom
    url: http://a
  - {name: logs,
     paths: [a, b]}
"""


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (("store",), "s.yaml line 1, store"),
        (("sources",), "s.yaml line 3, sources"),
        (("sources", 0, "url"), "s.yaml line 5, sources[0].url"),
        (("sources", 1), "s.yaml line 6, sources[1]"),
        (("sources", 1, "paths", 1), "s.yaml line 7, sources[1].paths[1]"),
        (("sources", 1, "every"), "s.yaml line 6, sources[1].every"),
        (("digest", "at"), "s.yaml line 1, digest.at"),
        ((), "s.yaml line 1"),
    ],
)
def test_a_place_is_the_line_of_the_nearest_thing_that_stands_there(path: tuple[str | int, ...], where: str) -> None:
    document = parse(TEXT, "s.yaml", {})
    assert document.where(path) == where
    assert str(document.error(path, "is wrong")) == f"{where}: is wrong"


def test_an_empty_file_has_no_lines() -> None:
    assert parse("", "s.yaml", {}).where(("store",)) == "s.yaml, store"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "s.yaml line 1: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: 1\n b: 2", "s.yaml line 2: not valid YAML: mapping values are not allowed here"),
        ("a: \x00", "s.yaml: not valid YAML: unacceptable character #x0000: special characters are not allowed"),
        ("a: 1\nb:\n  c: 1\n  c: 2", "s.yaml line 4: 'c' stands here twice"),
        ("a: 2026-13-45", "s.yaml: not valid YAML: month must be in 1..12; put such a value in quotes"),
        ("a: &x [*x]", "s.yaml: nested too deeply, or an anchor that contains itself"),
        ("[" * 1000, "s.yaml: nested too deeply, or an anchor that contains itself"),
        ("services:\n  on: {}", "s.yaml line 2: YAML reads the key 'on' as bool: put it in quotes"),
        ("1: x", "s.yaml line 1: YAML reads the key '1' as int: put it in quotes"),
        ("a: *b", "s.yaml line 1: not valid YAML: found undefined alias 'b'"),
        ("a: !!python/name:os.system", "s.yaml line 1: not valid YAML: could not determine a constructor for the tag"),
        ("x: 1\nb: [1, 'a ${NOPE}']", "s.yaml line 2, b[1]: the environment has no NOPE: export NOPE=..."),
    ],
)
def test_what_is_no_document_is_one_line_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "s.yaml", {})
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


@given(st.text("ab:[]{}-&*!|>?%@,\n '\"#$", max_size=30) | st.text(max_size=20))
def test_any_text_is_a_document_or_one_line(text: str) -> None:
    said = ""
    try:
        parse(text, "s.yaml", {})
    except ConfigError as error:
        said = str(error)
    assert "\n" not in said


ENVIRONMENT = {"HOST": "db", "CHAT": "-1001234567890", "RATIO": "0.5", "YES": "true", "NO": "", "WORD": "p#: [x"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${HOST}", "db"),
        ("postgresql://u:${WORD}@${HOST}/shop", "postgresql://u:p#: [x@db/shop"),
        ("${WORD}", "p#: [x"),
        ("${CHAT}", -1001234567890),
        ("'${RATIO}'", 0.5),
        ("${YES}", True),
        ("${NO}", ""),
        ("chat ${CHAT}", "chat -1001234567890"),
        ("$HOST and ${} and ${1}", "$HOST and ${} and ${1}"),
    ],
)
def test_variables_are_put_in_as_values_and_never_as_yaml(text: str, value: object) -> None:
    assert parse(f"a:\n  b:\n  - {text}", "s.yaml", ENVIRONMENT).data == {"a": {"b": [value]}}


def test_a_merged_block_is_read_and_its_place_is_where_it_is_used() -> None:
    document = parse("base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2", "s.yaml", {})
    assert document.data["use"] == {"x": 1, "y": 2}
    assert document.where(("use", "x")) == "s.yaml line 2, use.x"


@pytest.mark.parametrize(
    ("name", "words"),
    [("sorces", "; did you mean 'sources'?"), ("zzz", "; known are chat, sources"), ("chat", "; did you mean 'chat'?")],
)
def test_the_nearest_name(name: str, words: str) -> None:
    assert nearest(name, ["sources", "chat"]) == words
    assert nearest(name, []) == ""

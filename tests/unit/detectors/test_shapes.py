import pytest

from detectors.masks import MASK
from detectors.shapes import ANY, PLACES, Template, candidates, parts, text_of, varies, without


def template(masked: str, *places: int, **values: str) -> Template:
    """The template of a masked line with these places varying; `values`: those seen there, as `p3="a b"`."""
    words, signs = parts(masked)
    seen = {int(place[1:]): dict.fromkeys(some.split()) for place, some in values.items()}
    return Template(1, "x", without(words, places), signs, 0, values=seen)


@pytest.mark.parametrize(
    ("masked", "words"),
    [
        ("user=bob (id <*>)", ("user", "bob", "id", "<*>", "")),
        ("no error......<*>", ("no", "error", "<*>")),
        ("<a> <*> <b", ("", "a", "<*>", "b")),
        ("at Fri Nov <*> <*>:<*>:<*> CET <*>: x", ("at", "<*>", "x")),
        ("Nov <*> <*>:<*>:<*> host x", ("<*>", "host", "x")),
        ("GET /a?b=c HTTP/1.1 <*>", ("GET", "<*>", "<*>")),
        ("held by <*>" + ", <*>" * 9, ("held", "by", "<*>")),
        ("", ("",)),
    ],
)
def test_a_line_is_words_between_signs(masked: str, words: tuple[str, ...]) -> None:
    assert parts(masked)[0] == words


def test_a_quoted_text_is_one_word_and_comes_back_as_it_was() -> None:
    one = template('item "Blue: hat, big" sold')
    assert len(one.words) == 3
    assert text_of(one) == 'item "Blue: hat, big" sold'


def test_the_end_of_a_long_line_is_one_word() -> None:
    words, signs = parts("a " * 500 + "b")
    assert (len(words), len(signs)) == (PLACES + 1, PLACES)
    assert "".join(x + y for x, y in zip(words, [*signs, ""], strict=True)) == "a " * 500 + "b"


def test_each_word_may_vary_and_names_or_values_in_pairs() -> None:
    assert list(candidates(*parts("state is open"))) == [(0,), (1,), (2,)]
    assert list(candidates(("a", ANY, "b"), (" ", " "))) == [(0,), (2,)]
    found = list(candidates(*parts("x k=a l=b m=<*>")))
    assert (2, 4) in found
    assert found[-1] == (2, 4, 6)


@pytest.mark.parametrize(
    ("masked", "place", "values", "enough"),
    [
        ("took <*> ms", 2, "ms s", True),
        ("link eth0 up", 1, "eth0 eth1 eth2", False),
        ("link eth0 up", 1, "eth0 eth1 eth2 eth3", True),
        ("link eth0 up", 1, "eth0 <*>", True),
        ("link eth0 up", 1, "eth0 down <*>", False),
        ("class a.b.C", 1, "a.b.C a.b.D a.b.E", False),
        ("class a.b.C", 1, "a.b.C a.b.D a.b.E a.b.F", True),
        ("user=ann left", 1, "ann bob cy dan", False),
        ("user=ann left", 1, "ann bob cy dan eve", True),
        ("user ann left", 1, "ann bob cy dan eve", False),
        ("user ann left", 1, "ann bob cy dan eve fay", True),
        ("Start of run", 0, "Start End Half Mid Rest Pause", False),
        ("x", 0, "x", False),
    ],
)
def test_how_many_values_mean_a_parameter(masked: str, place: int, values: str, enough: bool) -> None:
    assert varies(template(masked), place, set(values.split())) is enough


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (template("user ann left", 1, p1="ann bob"), "user <*> left"),
        (template("free <*> kB of <*> MB", 2, p2="kB B"), "free <*> of <*>"),
        (template("free <*> kB of <*> MB"), "free <*> kB of <*> MB"),
        (template("class a.b.C", 1, p1="a.b.C a.b.D"), "class a.b.<*>"),
        (template("class a.b.C", 1, p1="a.b.C a.x.D"), "class <*>"),
        (template("class a.b.C", 1, p1="a.b.C"), "class <*>"),
    ],
)
def test_the_text_of_a_template(one: Template, text: str) -> None:
    assert text_of(one) == text
    assert MASK in text

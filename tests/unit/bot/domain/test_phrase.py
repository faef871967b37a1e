import pytest
from hypothesis import given

from bot.domain.phrase import FILTERS, LONGEST, Phrase, Values, fault
from tests.strategies.words import texts

NAMES = ("title", "services", "confidence")
VALUES: Values = {"title": "payments: errors", "services": ["payments", "checkout"], "confidence": 0.82}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", ""),
        ("{{ title|upper }}!", "PAYMENTS: ERRORS!"),
        ("https://runbooks/{{ services[0] }}", "https://runbooks/payments"),
        ("{% for one in services %}{{ one }};{% endfor %}", "payments;checkout;"),
        ("{{ services|join(', ') }}", "payments, checkout"),
        ("{% if 'payments' in services and confidence > 0.8 %}sure{% else %}unsure{% endif %}", "sure"),
        ("{{ 'many' if services|length > 1 else 'one' }}", "many"),
        ("{{ title|truncate(8, true, '…', 0) }}", "payment…"),
        ("<b>{{ title }}</b>", "<b>payments: errors</b>"),
    ],
)
def test_a_template_chooses_and_orders_words(source: str, words: str) -> None:
    assert fault(source, NAMES) == ""
    assert Phrase(source).say(VALUES) == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ titel }}", "there is no 'titel'; did you mean 'title'?"),
        ("{{ self }}", "there is no 'self'"),
        ("{% for a in services %}{{ loop }}{% endfor %}", "there is no 'loop'"),
        ("{{ title", "unexpected end of template"),
        ("{% if title %}", "Unexpected end of template"),
        ("{{ title|nonsense }}", "there is no filter 'nonsense'"),
        ("{{ title|replace('a', 'b') }}", "there is no filter 'replace'; there are "),
        ("{{ title|attr('__class__') }}", "there is no filter 'attr'"),
        ("{{ title.__class__ }}", "a template cannot use getattr"),
        ("{{ title.upper() }}", "a template cannot use call"),
        ("{{ title() }}", "a template cannot use call"),
        ("{{ range }}", "there is no 'range'"),
        ("{{ 'x' * 999999999 }}", "a template cannot use mul"),
        ("{{ 9 ** 999999999 }}", "a template cannot use pow"),
        ("{{ '%999999999d' % 1 }}", "a template cannot use mod"),
        ("{{ title ~ title }}", "a template cannot use concat"),
        ("{% set x = title %}{{ x }}", "a template cannot use assign"),
        ("{% macro m() %}{% endmacro %}", "a template cannot use macro"),
        ("{% include 'x' %}", "a template cannot use include"),
        ("{% import 'x' as y %}", "a template cannot use import"),
        ("{% extends 'x' %}", "a template cannot use extends"),
        ("{% for a in services %}{% for b in services %}{% endfor %}{% endfor %}", "for goes over services"),
        ("{% for a in title %}{{ title }}{% endfor %}", "for goes over services"),
        ("{% for a in [1, 2] %}{% endfor %}", "for goes over services"),
        ("{{ title|join(title) }}", "join takes services"),
    ],
)
def test_nothing_else_is_let_through(source: str, words: str) -> None:
    assert words in fault(source, NAMES)


def test_every_filter_is_one_that_there_is() -> None:
    assert [name for name in sorted(FILTERS) if fault(f"{{{{ services|{name} }}}}", NAMES)] == []


def test_a_template_that_fails_gives_way_to_the_usual_one_and_says_so_once() -> None:
    told: list[str] = []
    one = Phrase("{{ services[7] }}", Phrase("usual {{ title }}"), told.append)
    assert [one.say(VALUES), one.say(VALUES)] == ["usual payments: errors"] * 2
    assert len(told) == 1
    assert "a template failed and is not used: " in told[0]
    assert "{{ services[7] }}" in told[0]
    assert Phrase("{{ title|round }}", None, told.append).say(VALUES) == ""


def test_what_a_template_gives_is_cut() -> None:
    assert len(Phrase("{{ title }}{{ title }}").say({"title": "x" * LONGEST})) == LONGEST


@given(texts)
def test_words_from_outside_are_never_a_template(text: str) -> None:
    assert Phrase("{{ title }}").say({"title": text}) == text[:LONGEST]

"""Log templates mined from a stream of lines: what is fixed in them, and `<*>` for what varies.

A line's words are masked (`detectors.masks`). Lines that are then equal have one template. Templates of one shape (the
same signs between as many words) that differ in one word are made one when that word takes many values: few are enough
where they look like units, ids or names, many are needed for plain words. To group by shape first is the idea of Drain
(He et al., ICWS 2017); that variety tells a parameter from a fixed word is that of Brain (Yu et al., IEEE TSC 2023).
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from detectors.masks import LONGEST, MASK, Masks, message_of
from detectors.shapes import ANY, Template, Values, Words, candidates, parts, text_of, varies, without
from detectors.templates import template_id

MOST = 5_000
"""Templates that are remembered; of more, the half that was not seen for longest is forgotten."""
OTHER = 0
"""The number of the template of all lines whose own one was forgotten."""
REMEMBERED = 10_000
"""Masked lines whose template is at hand."""
VALUES = 16
"""Values of a parameter that are kept."""
GROUP = 50
"""Templates that are compared with one another."""
SHAPES = 50
"""Sets of parameters that templates of one shape can have."""


class Miner:
    """The templates of one stream of lines.

    A line gets a number at once, by the lines before it alone. Templates that turn out to be one later have one number
    from then on: `now(number)`. Work a line and memory are bounded, but for four bytes a template that ever was.

    most: templates that are remembered.
    renamed: (old, new) name of each template that became part of another with the last lines.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._batch = 0
        self.renamed: list[tuple[str, str]] = []
        self._words = Masks()
        self._known: dict[str, int] = {}
        self._into = array("I", [OTHER])
        self._templates: dict[int, Template] = {}
        self._exact: dict[tuple[Words, Words], int] = {}
        self._places: dict[Words, list[tuple[int, ...]]] = {}
        self._alike: dict[int, dict[Words, int]] = {}

    def __len__(self) -> int:
        """The templates that are remembered now."""
        return len(self._templates)

    def add(self, lines: Iterable[str]) -> list[int]:
        """The number of each line's template. More of them than are kept are forgotten after these lines."""
        words, known = self._words, self._known
        self._batch += 1
        self.renamed = []
        numbers = []
        for line in lines:
            text = line[:LONGEST]
            if text[:1] == "{":
                text = message_of(text)
            masked = " ".join([words[word] for word in text.split()])
            number = known.get(masked)
            numbers.append(self._learn(masked) if number is None else number)
        for number, count in Counter(numbers).items():
            template = self._templates[self.now(number)]
            template.lines += count
            template.last = self._batch
        if len(self._templates) > self._most:
            self._forget()
        return numbers

    def now(self, number: int) -> int:
        """The number of the template that this one has become part of; its own, if of none; OTHER, if forgotten."""
        into = self._into
        while into[number] != number:
            into[number] = into[into[number]]
            number = into[number]
        return number

    def all_now(self) -> "array[int]":
        """`now` of every number that was ever given."""
        return array("I", map(self.now, range(len(self._into))))

    def text(self, number: int) -> str:
        """The template with `<*>` for what varies."""
        template = self._templates.get(self.now(number))
        return MASK if template is None else text_of(template)

    def name(self, number: int) -> str:
        """The template's name, which stays what it was when more turns out to vary; that of OTHER, if forgotten."""
        template = self._templates.get(self.now(number))
        return "other" if template is None else template.name

    def snapshot(self) -> list[Any]:
        """The templates as JSON types."""
        return [
            [one.name, one.words, one.signs, one.lines, {place: list(seen) for place, seen in one.values.items()}]
            for one in self._templates.values()
        ]

    def restore(self, state: Sequence[Any]) -> None:
        """Takes a snapshot back into a miner that has seen no line.

        Raises:
            ValueError, TypeError, AttributeError: it is none.
        """
        for name, words, signs, lines, values in state:
            seen = {int(place): dict.fromkeys(map(str, some)) for place, some in values.items()}
            number = len(self._into)
            template = Template(number, str(name), tuple(words), tuple(signs), 0, int(lines), seen)
            for places in candidates(self._take(template).words, template.signs):
                self._note(template, places)

    def _learn(self, masked: str) -> int:
        """The number of a line that is not at hand."""
        words, signs = parts(masked)
        number = self._match(words, signs)
        if number is None:
            number = self._new(template_id("", masked), words, signs, {}).number
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[masked] = number
        return number

    def _match(self, words: Words, signs: Words) -> int | None:
        number = self._exact.get((signs, words))
        if number is not None:
            return number
        for places in self._places.get(signs, ()):
            number = self._exact.get((signs, without(words, places)))
            if number is not None:
                values = self._templates[number].values
                for place in places:
                    if len(values[place]) < VALUES:
                        values[place][words[place]] = None
                return number
        return None

    def _new(self, name: str, words: Words, signs: Words, values: Values) -> Template:
        """A new template, or the wider one that it makes together with those that are like it."""
        template = self._take(Template(len(self._into), name, words, signs, self._batch, values=values))
        for places in candidates(words, signs):
            if varied := self._varied(template, places):
                return self._merge(template, places, varied)
        return template

    def _take(self, template: Template) -> Template:
        self._into.append(template.number)
        self._templates[template.number] = template
        self._index(template)
        return template

    def _group(self, template: Template, places: tuple[int, ...]) -> dict[Words, int]:
        """The templates that are like this one but for these places, by their words there."""
        return self._alike.setdefault(hash((template.signs, without(template.words, places), places)), {})

    def _note(self, template: Template, places: tuple[int, ...]) -> dict[Words, int]:
        """Puts the template among those that are like it but for these places; gives all, the newest last."""
        group = self._group(template, places)
        if len(group) > GROUP:
            del group[next(iter(group))]
        group[tuple([template.words[place] for place in places])] = template.number
        return group

    def _varied(self, template: Template, places: tuple[int, ...]) -> tuple[int, ...]:
        """Notes the template; gives those of these places that are parameters.

        All that differ must be, unless there were so many that one that seems not to be shall not hold up the others.
        """
        group = self._note(template, places)
        if len(group) == 1:
            return ()
        columns = [set(column) for column in zip(*group, strict=True)]
        different = [(place, values) for place, values in zip(places, columns, strict=True) if len(values) > 1]
        varied = tuple(place for place, values in different if varies(template, place, values))
        return varied if len(group) > GROUP or len(varied) == len(different) else ()

    def _merge(self, template: Template, places: tuple[int, ...], varied: tuple[int, ...]) -> Template:
        """Makes one template of those that differ from this one in what varied alone."""
        group = self._group(template, places)
        words = without(template.words, varied)
        values = {place: dict.fromkeys([there[places.index(place)] for there in group]) for place in varied}
        numbers = [one for one in group.values() if one in self._templates]
        merged = [one for number in numbers if without((one := self._templates[number]).words, varied) == words]
        for one in merged:
            del self._templates[one.number], self._exact[one.signs, one.words]
            for place, seen in one.values.items():
                values.setdefault(place, {}).update(seen)
        for there in [there for there, number in group.items() if number not in self._templates]:
            del group[there]
        known = self._exact.get((template.signs, words))
        cut = {place: dict.fromkeys(islice(seen, VALUES)) for place, seen in values.items()}
        name = max(merged, key=lambda one: one.lines).name
        wide = self._new(name, words, template.signs, cut) if known is None else self._templates[known]
        for one in merged:
            self._into[one.number] = wide.number
            wide.lines += one.lines
        self.renamed += [(one.name, wide.name) for one in merged if one.name != wide.name]
        return wide

    def _index(self, template: Template) -> None:
        self._exact[template.signs, template.words] = template.number
        places = tuple(place for place, word in enumerate(template.words) if word == ANY)
        known = self._places.setdefault(template.signs, [])
        if places and places not in known and len(known) < SHAPES:
            known.append(places)
            known.sort(key=len)

    def _forget(self) -> None:
        """Forgets the half of the templates that was not seen for longest; of equals, those with the fewest lines."""
        ranked = sorted(self._templates.values(), key=lambda one: (one.last, one.lines, one.number))
        for one in ranked[: len(ranked) - self._most // 2]:
            self._into[one.number] = OTHER
            del self._templates[one.number]
        for memory in (self._known, self._exact, self._places, self._alike):
            memory.clear()
        for one in self._templates.values():
            self._index(one)
            for places in candidates(one.words, one.signs):
                self._note(one, places)

from xml.etree import ElementTree as ET

import pytest

from bot.commands.svg import picture
from bot.domain.charts import Chart, Point

KIND = "{http://www.w3.org/2000/svg}"


def chart(*points: Point) -> Chart:
    return Chart("prom/depth{}", "shop", "depth", "depth", "count", points)


def test_line_band_onset_and_title() -> None:
    points = [Point(1000.0 + at, float(at % 7), 3.0, -1.0, 8.0) for at in range(50)]
    points += [Point(1050.0 + at, 30.0, None, None, None) for at in range(50)]
    root = ET.fromstring(picture(chart(*points), "shop: <depth> & co\x1b", 1050.0, None))
    (line,) = root.iter(f"{KIND}polyline")
    assert len(line.attrib["points"].split()) == 100
    (band,) = root.iter(f"{KIND}polygon")
    assert len(band.attrib["points"].split()) == 100
    (onset,) = root.iter(f"{KIND}line")
    assert onset.attrib["x1"] == onset.attrib["x2"]
    texts = [text.text for text in root.iter(f"{KIND}text")]
    assert texts[0] == "shop: <depth> & co  (-1 to 30)"
    assert texts[1] == "1970-01-01 00:16 UTC"


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.0], [5.0, None, 6.0]])
def test_few_values_and_no_band(values: list[float | None]) -> None:
    points = [Point(float(at), value, None, None, None) for at, value in enumerate(values)]
    root = ET.fromstring(picture(chart(*points), "t", -5.0, 99.0))
    assert not list(root.iter(f"{KIND}polygon"))
    (line,) = root.iter(f"{KIND}polyline")
    assert "nan" not in line.attrib["points"]

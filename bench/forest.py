"""An isolation forest in the place of `steward detect`: what the scoring of single series is compared with.

    python -m bench.forest [--told-once] detect FILE.csv --out SCORES.csv

It is fitted anew each REFIT rows on the WINDOW rows before, and scores the value and its last change. `anomaly` is the
forest's own limit. With --told-once it gets the hygiene of `detectors.episodes`, as Steward's own detector does. Needs
scikit-learn (bench/requirements.lock).
"""

import argparse
import csv
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy as np

from detectors import episodes
from detectors.columns import Columns
from detectors.model import Floats

WINDOW, REFIT, LIMIT = 1000, 100, 0.5


def scores(values: Floats) -> Iterator[Floats]:
    """For each stretch of rows how easily a forest of the rows before isolates them, 0..1; 0 until there is one."""
    forest = import_module("sklearn.ensemble").IsolationForest
    table = np.stack([values, np.diff(values, prepend=values[:1])], axis=1)
    yield np.zeros(min(WINDOW // 2, len(values)))
    for at in range(WINDOW // 2, len(values), REFIT):
        fitted = forest(random_state=1).fit(table[max(at - WINDOW, 0) : at])
        yield -fitted.score_samples(table[at : at + REFIT])


def told(found: Floats) -> Floats:
    """The scores where they are news, else 0."""
    state = Columns(**episodes.blank())
    state.resize(1)
    return episodes.news(state, np.where(found > LIMIT, found, 0.0)[:, np.newaxis], 0)[:, 0]


def main() -> None:
    """Scores one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--told-once", action="store_true")
    parser.add_argument("command", choices=["detect"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with options.file.open(encoding="utf-8", newline="") as file:
        rows = [(row["timestamp"], row["value"]) for row in csv.DictReader(file)]
    values = np.array([float(value) for _, value in rows])
    found = np.concatenate(list(scores(np.nan_to_num(values))))
    found = told(found) if options.told_once else found
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["timestamp", "value", "score", "anomaly"])
        for (time, value), score in zip(rows, found.tolist(), strict=True):
            writer.writerow([time, value, f"{score:.6f}", int(score > LIMIT)])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()

"""Named peers on one series, a sample at a time where they can: run by the interpreter that has them installed.

A child of `bench.scale`; prints a JSON list of rows. Nothing of Steward is imported here.
"""

import json
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from time import process_time

import numpy as np

WINDOW, REFIT = 1000, 100
"""Samples on which a forest is fitted, and after which it is fitted again."""
Run = Callable[[list[float]], int]


def gaussian(values: list[float]) -> int:
    scorer = import_module("river.anomaly").GaussianScorer(window_size=None)
    for value in values:
        scorer.score_one(None, value)
        scorer.learn_one(None, value)
    return len(values)


def half_space_trees(values: list[float]) -> int:
    trees = import_module("river.anomaly").HalfSpaceTrees(seed=1)
    for value in values[:3000]:
        trees.score_one({"value": value / 100})
        trees.learn_one({"value": value / 100})
    return 3000


def isolation_forest(values: list[float]) -> int:
    return _refitted(lambda: import_module("sklearn.ensemble").IsolationForest(random_state=1), "score_samples", values)


def ecod(values: list[float]) -> int:
    return _refitted(lambda: import_module("pyod.models.ecod").ECOD(), "decision_function", values)


def persist(values: list[float]) -> int:
    """In one batch: it has no other way."""
    pandas = import_module("pandas")
    series = pandas.Series(values, index=pandas.date_range("2026-01-01", periods=len(values), freq="15s"))
    import_module("adtk.detector").PersistAD().fit_detect(series)
    return len(values)


def _refitted(build: Callable[[], object], score: str, values: list[float]) -> int:
    table, count = np.array(values)[:, np.newaxis], WINDOW + 10 * REFIT
    for at in range(WINDOW, count, REFIT):
        model = build()
        model.fit(table[at - WINDOW : at])  # type: ignore[attr-defined]
        getattr(model, score)(table[at : at + REFIT])
    return count - WINDOW


PEERS: dict[str, tuple[str, str, Run]] = {
    "river GaussianScorer": ("river", "river.anomaly", gaussian),
    "river HalfSpaceTrees": ("river", "river.anomaly", half_space_trees),
    f"IsolationForest, refit each {REFIT} on {WINDOW}": ("scikit-learn", "sklearn.ensemble", isolation_forest),
    f"pyod ECOD, refit each {REFIT} on {WINDOW}": ("pyod", "pyod.models.ecod", ecod),
    "adtk PersistAD, in one batch": ("adtk", "adtk.detector", persist),
}


def rows() -> Iterator[dict[str, str | float]]:
    values = (50.0 + np.random.default_rng(1).standard_normal(20_000)).tolist()
    for name, (package, module, run) in PEERS.items():
        try:
            what = f"{name} ({package} {version(package)})"
            import_module(module)
            began = process_time()
            yield {"what": what, "rate": run(values) / (process_time() - began)}
        except PackageNotFoundError:
            yield {"what": f"{name}: not installed"}
        except (ImportError, AttributeError, TypeError, ValueError) as error:
            yield {"what": f"{name}: does not run here: {type(error).__name__}: {error}"}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(list(rows())))

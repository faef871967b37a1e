"""A program as a user may have one, which restarts, scales and rolls back, and can tell how it stands.

Its first argument is the file that it keeps its state in; the others are `state`, `probe ID`, `restart ID`,
`scale N ID` and `rollback NAME ID`.
"""

import json
import sys
from pathlib import Path


def begin(path: Path) -> None:
    """Two replicas of the second revision."""
    path.write_text(json.dumps({"replicas": 2, "revision": "v2", "version": 1, "restarts": 0, "done": []}))


def act(state: dict[str, object], words: list[str]) -> None:
    """Does what the words say."""
    match words:
        case ["restart", _]:
            state["restarts"] = int(str(state["restarts"])) + 1
        case ["scale", number, _]:
            state["replicas"] = int(number)
        case ["rollback", name, _]:
            state["revision"] = name
        case _:
            sys.exit(64)
    state["version"] = int(str(state["version"])) + 1
    done = state["done"]
    assert isinstance(done, list)
    done.append(words[-1])


def main(path: Path, words: list[str]) -> None:
    """One call."""
    state = json.loads(path.read_text())
    if words == ["state"]:
        told = {key: state[key] for key in ("replicas", "revision", "restarts")}
        revisions = ["v1", {"name": "v2", "deployed_at": 2.0}]
        more = {"ready": state["replicas"], "version": str(state["version"]), "revisions": revisions}
        sys.stdout.write(json.dumps({**told, **more}))
    elif words[0] == "probe":
        sys.stdout.write("done\n" if words[1] in state["done"] else "not_done\n")
    else:
        act(state, words)
        path.write_text(json.dumps(state))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

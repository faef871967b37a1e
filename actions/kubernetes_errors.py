"""What Kubernetes refuses, and what goes wrong on the way to it, as one line with its mend."""

from typing import Any

import httpx2
from lightkube.core.exceptions import ConfigError

from actions.model import ActuatorError

# What lightkube raises beside its own errors for an answer that is not Kubernetes'.
TROUBLE = (httpx2.HTTPError, ConfigError, ValueError, KeyError, TypeError, OSError)
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol, ConfigError)

ROLE = "add it to Steward's Role, see deploy/kubernetes/role.yaml"
CORDON = "apply deploy/kubernetes/cordon.yaml, which allows it, or take `cordon` from the target"


def said(error: Exception, where: str, doing: str, *, writes: bool = False, mend: str = ROLE) -> ActuatorError:
    """The failure as one line. A write that was sent and not clearly refused may have had its effect.

    Args:
        error: one of TROUBLE.
        where: the object, such as `deployment/checkout in namespace shop`.
        doing: the verb and the resource of the right it takes, such as `patch deployments`.
        writes: whether it was more than a look.
        mend: what gives the right.
    """
    code, words = answer(error)
    if code == 403:
        line, lost = f"may not {doing} ({where}): {mend}; {words}", False
    elif code:
        line, lost = _refused(code, words, where, doing), code >= 500
    else:
        line = f"no usable answer from Kubernetes to {doing} ({where}): {short(error)}; is it up?"
        lost = not isinstance(error, _NOT_SENT)
    return ActuatorError(line, "unknown" if lost and writes else "none")


def answer(error: Exception) -> tuple[int, str]:
    """The HTTP status and what the server said with it; 0 when there was no such answer."""
    if not isinstance(error, httpx2.HTTPStatusError):
        return 0, ""
    return error.response.status_code, _line(_body(error).get("message"))


def budget(error: Exception) -> str:
    """What a PodDisruptionBudget said when it refused an eviction; empty for every other error."""
    if not isinstance(error, httpx2.HTTPStatusError) or error.response.status_code != 429:
        return ""
    causes = (_body(error).get("details") or {}).get("causes") or ()
    found = [cause for cause in causes if cause.get("reason") == "DisruptionBudget"]
    return next((_line(cause.get("message")) for cause in found), "") or ("its disruption budget" if found else "")


def short(error: Exception) -> str:
    """The error's own words on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _body(error: httpx2.HTTPStatusError) -> dict[str, Any]:
    try:
        body = error.response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _line(message: object) -> str:
    return " ".join(str(message or "").split())[:300]


def _refused(code: int, words: str, where: str, doing: str) -> str:
    match code:
        case 401:
            return f"Kubernetes does not know Steward's credentials ({doing}, {where}): renew those in its kubeconfig"
        case 404:
            return f"no {where}: check services.*.target and the cluster; {words}"
        case 422 | 400:
            return f"Kubernetes finds the change of {where} invalid: {words}"
        case 429:
            return f"Kubernetes is too busy to {doing} ({where}): try again later"
    return f"Kubernetes could not {doing} ({where}), answer {code}: {words}"

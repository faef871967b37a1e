"""A scripted person: signs in by the one-time link and approves, over HTTP, as the page's own buttons do."""

from typing import Any

import httpx

from bot.domain.errors import StewardError


class Visitor:
    """Somebody at the page. `link` is the one-time link that `run` and `demo` print."""

    def __init__(self, link: str) -> None:
        page, _, self._token = link.rpartition("/enter/")
        self._client = httpx.AsyncClient(base_url=page, timeout=10.0, trust_env=False)

    async def enter(self) -> None:
        """Signs in.

        Raises:
            StewardError: the page did not let the visitor in.
        """
        answer = await self._client.post(f"/enter/{self._token}")
        if answer.status_code >= 400:
            raise StewardError(f"the page refused the one-time link: {answer.status_code} {answer.text[:200]}")

    async def approve(self, proposal_id: str, digest: str) -> str:
        """Clicks Approve; gives the page's words.

        Raises:
            StewardError: the page did not answer as it should.
        """
        answer = await self._client.post(f"/api/proposals/{proposal_id}/approve", json={"digest": digest})
        if answer.status_code not in {200, 409}:
            raise StewardError(f"Approve was answered {answer.status_code}: {answer.text[:200]}")
        told: dict[str, Any] = answer.json()
        return str(told["text"])

    async def close(self) -> None:
        """Leaves."""
        await self._client.aclose()

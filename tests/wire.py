"""A bot that is nothing but HTTP: calls methods of the Bot API and shows the answers as they are."""

from __future__ import annotations

import io
from types import TracebackType
from typing import Any, Self

import aiohttp


class Wire:
    """Calls methods on a server; `answer` holds the last answer whole."""

    def __init__(self, url: str, token: str = "1:local") -> None:  # noqa: S107
        self.url = url
        self.token = token
        self.answer: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def call(self, method: str, **fields: Any) -> Any:
        """Call with a JSON body; return the result, or the description of the refusal."""
        return await self._result(self._session.post(self._url(method), json=fields))

    async def post(self, method: str, fields: dict[str, str]) -> Any:
        """Call with an urlencoded form."""
        return await self._result(self._session.post(self._url(method), data=fields))

    async def upload(self, method: str, files: dict[str, bytes], **fields: str) -> Any:
        """Call with a multipart form."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value)
        for name, content in files.items():
            form.add_field(name, io.BytesIO(content), filename=f"{name}.jpg", content_type="image/jpeg")
        return await self._result(self._session.post(self._url(method), data=form))

    async def download(self, file_path: str) -> tuple[int, bytes]:
        """Return status and bytes of a file."""
        async with self._session.get(f"{self.url}/file/bot{self.token}/{file_path}") as answer:
            return answer.status, await answer.read()

    async def updates(self, **fields: Any) -> list[dict[str, Any]]:
        """Return the waiting updates."""
        return list(await self.call("getUpdates", **fields))

    def _url(self, method: str) -> str:
        return f"{self.url}/bot{self.token}/{method}"

    async def _result(self, asked: Any) -> Any:
        async with asked as answer:
            self.answer = await answer.json()
            assert self.answer["ok"] is (answer.status == 200), self.answer
            assert self.answer["ok"] or self.answer["error_code"] == answer.status, self.answer
        return self.answer["result"] if self.answer["ok"] else self.answer["description"]

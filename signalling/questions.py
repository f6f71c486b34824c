"""What was asked of a media worker and waits for its answer. Knows neither worker nor channel."""

import asyncio
import errno
from collections.abc import Callable
from typing import Any

from . import frames as f
from .channel import decode

ASK_S = 60.0
ERRORS: dict[str, type[Exception]] = {
    "KeyError": KeyError,
    "LookupError": LookupError,
    "ValueError": ValueError,
}


class Questions:
    """By the number of the call."""

    def __init__(self) -> None:
        self._asked: dict[int, asyncio.Future[f.Answer]] = {}
        self._count = 0

    async def ask(
        self, send: Callable[[f.Call], None], verb: str, arguments: tuple[Any, ...], kind: Any
    ) -> Any:
        """The answer, of this kind.

        :raises OSError: its own, or the worker is gone. :raises LookupError, ValueError: its own.
        """
        self._count += 1
        number = self._count
        answered = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            send(f.Call(number, verb, arguments))
            async with asyncio.timeout(ASK_S):
                answer = await answered
        except TimeoutError as error:
            raise OSError(errno.ETIMEDOUT, "media worker does not answer") from error
        finally:
            del self._asked[number]
        match answer.error:
            case "":
                return decode(answer.result, kind)
            case "OSError":
                raise OSError(answer.errno, answer.text)
            case _:
                raise ERRORS.get(answer.error, RuntimeError)(answer.text)

    def open(self, call: f.Call) -> bool:
        """Whether somebody still waits for this answer, or none is wanted."""
        return not call.id or call.id in self._asked

    def answered(self, answer: f.Answer) -> None:
        """One that nobody waits for any more is dropped."""
        asked = self._asked.get(answer.id)
        if asked is not None and not asked.done():
            asked.set_result(answer)

    def fail(self) -> None:
        """There is nobody to answer."""
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(OSError(errno.EPIPE, "media worker is gone"))

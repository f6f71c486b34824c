"""The pool of paper workers comes up beside the pages, never in front of them."""

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from court.web.workers import Papers


class SlowToStand(ThreadPoolExecutor):
    """Its first submission blocks as one does that starts processes."""

    def __init__(self) -> None:
        super().__init__(1)
        self.go_on = threading.Event()
        self.submitted = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.submitted += 1
        if self.submitted == 1 and not self.go_on.wait(20):
            raise AssertionError("the loop stood still")
        return super().submit(fn, *args, **kwargs)


async def test_the_loop_goes_on_while_the_first_process_starts() -> None:
    papers = Papers(None, 1)
    real, papers._pool = papers._pool, SlowToStand()  # type: ignore[assignment]
    pool: Any = papers._pool
    waiting = [asyncio.create_task(papers.run(len, "四个字的")) for _ in range(3)]
    await asyncio.sleep(0)
    pool.go_on.set()
    assert await asyncio.gather(*waiting) == [4, 4, 4]
    assert pool.submitted == 4  # one to stand, then the work
    pool.shutdown()
    real.shutdown()


async def test_work_comes_back_from_a_process() -> None:
    papers = Papers(None, 1)
    try:
        await papers.warm()
        assert await papers.run(sum, [1, 2, 3]) == 6
    finally:
        await papers.close()

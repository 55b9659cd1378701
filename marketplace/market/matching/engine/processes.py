"""Kinds are independent of each other: several processes may work on them."""
import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
_work: list[Callable] = []


def each(work: Callable[[str], T], items: Sequence[str], workers: int) -> dict[str, T]:
    """The work done for each item, the same however many processes do it.

    The solvers hold Python's lock, so that threads would gain nothing. Processes are forked: only for one without threads.
    """
    if workers == 1 or len(items) < 2:
        return {item: work(item) for item in items}
    _work.append(work)  # what forked processes find without having been sent it
    try:
        with ProcessPoolExecutor(workers, get_context("fork")) as pool:
            return dict(zip(items, pool.map(_one, items)))
    finally:
        _work.pop()


@contextmanager
def uncollected() -> Iterator[None]:
    """Do not look for rings of objects meanwhile: nothing here makes any, and looking through all rows for them again and
    again takes a tenth of the time.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _one(item: str):
    return _work[-1](item)

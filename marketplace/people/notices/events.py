from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeWritten:
    """A message waits to be sent."""

    notice_id: int

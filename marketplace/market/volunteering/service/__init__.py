"""The verbs of volunteers and their appointments: joining, checks, agreeing on a time, coming and going, coming for
somebody else, and what time does by itself."""
from marketplace.market.volunteering.service.agreeing import (
           attest,
           confirm,
           end_of_delivery,
           propose,
           propose_for,
           turn_down,
)
from marketplace.market.volunteering.service.attending import close, correct, finish, miss, start, write_down
from marketplace.market.volunteering.service.by_time import by_time
from marketplace.market.volunteering.service.checking import record, take_back
from marketplace.market.volunteering.service.joining import (
           apply,
           approve,
           decline,
           edit,
           end,
           exported,
           leave,
           pause,
           resume,
)
from marketplace.market.volunteering.service.replacing import give_up, release, step_back, take

__all__ = ["apply", "approve", "attest", "by_time", "close", "confirm", "correct", "decline", "edit", "end",
           "end_of_delivery", "exported", "finish", "give_up", "leave", "miss", "pause", "propose", "propose_for", "record",
           "release", "resume", "start", "step_back", "take", "take_back", "turn_down", "write_down"]

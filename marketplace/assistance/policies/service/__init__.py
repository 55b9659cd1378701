"""The verbs of screening, a file per stage: the city, what changed, a changed catalogue, and going to the silent."""
from marketplace.assistance.policies.service.forgetting import forget
from marketplace.assistance.policies.service.outreach import exported, record, record_all, take_back, wished
from marketplace.assistance.policies.service.rescreening import rescreen
from marketplace.assistance.policies.service.screening import clear, renew, start, stop, work
from marketplace.assistance.policies.service.versions import preview, propose, publish, withdraw

__all__ = ["clear", "exported", "forget", "preview", "propose", "publish", "record", "record_all", "renew", "rescreen",
           "start", "stop", "take_back", "wished", "withdraw", "work"]

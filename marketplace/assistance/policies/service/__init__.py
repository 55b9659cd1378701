"""The verbs of screening, a file per stage: the city, what changed, a changed catalogue, and going to the silent."""
from marketplace.assistance.policies.service.forgetting import forget
from marketplace.assistance.policies.service.outreach import record, wished
from marketplace.assistance.policies.service.rescreening import rescreen
from marketplace.assistance.policies.service.screening import clear, renew, start, stop, work
from marketplace.assistance.policies.service.versions import preview, propose, publish, withdraw

__all__ = ["clear", "forget", "preview", "propose", "publish", "record", "renew", "rescreen", "start", "stop", "wished",
           "withdraw", "work"]

"""The verbs of a run, a file per stage: planned, scanned, brought to its end."""
from marketplace.market.runs.service.ending import depart, finish, follow, load, settle
from marketplace.market.runs.service.planning import Planned, assign, cancel, plan, volunteer
from marketplace.market.runs.service.scanning import KEY_MOST, SCANS_MOST, Answer, Scan, scan

__all__ = ["KEY_MOST", "SCANS_MOST", "Answer", "Planned", "Scan", "assign", "cancel", "depart", "finish", "follow", "load",
           "plan", "scan", "settle", "volunteer"]

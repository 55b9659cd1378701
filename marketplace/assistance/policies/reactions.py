from marketplace.assistance.policies import service
from marketplace.assistance.policies.events import BlockDue, ClearDue, RescreenDue
from marketplace.core.outbox import reacts_to
from marketplace.network.registry.changes import LIVES
from marketplace.network.registry.events import HouseholdsChanged


@reacts_to(BlockDue, outside=True)
def work_block(event: BlockDue) -> None:
    """Work one block of a run. Safe twice: a block is written by whoever moves the run's cursor over it."""
    service.work(event.screening_id, event.after)


@reacts_to(ClearDue)
def clear_block(event: ClearDue) -> None:
    """Take back one block of what a stopped run wrote."""
    service.clear(event.screening_id)


@reacts_to(HouseholdsChanged)
def rescreen_changed(event: HouseholdsChanged) -> None:
    """Screen again what the registry changed, and nothing else."""
    service.rescreen(event.household_ids, event.facts)


@reacts_to(RescreenDue)
def rescreen_waiting(event: RescreenDue) -> None:
    """Screen again what changed while a full run was at work; of what changed, nothing was kept but whose it is."""
    service.rescreen(event.household_ids, (LIVES,))

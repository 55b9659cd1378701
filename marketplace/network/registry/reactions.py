from marketplace.core.outbox import reacts_to
from marketplace.network.registry import redeciding
from marketplace.network.registry.events import DecisionsDue


@reacts_to(DecisionsDue)
def decide_again(event: DecisionsDue) -> None:
    """Decide the eligibility of one block of households by the catalogue in force."""
    redeciding.decide_block(event.after)

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from marketplace.core import clock
from marketplace.money.payments.provider import Bill, Moved, ProviderAway, RefundRefused, Session, Subscribed, Told

FEE = 29  # of a thousand
DISPUTE_FEE = 1_500


class Till:
    """A payment provider in memory, for tests of our own rules; the real client has tests of its own.

    It keeps a balance with its lines, and remembers every event that it has told; `tell` hands them on, if set.
    """

    def __init__(self) -> None:
        self.away = False
        self.opened: dict[str, dict] = {}
        self.expired: list[str] = []
        self.refunds: dict[str, tuple[str, int]] = {}
        self.found: dict[str, Session] = {}
        self.told: list[tuple[str, str, dict]] = []
        self.lines: list[Moved] = []
        self.charges: dict[str, int] = {}
        self.payouts: dict[str, list[str]] = {}
        self.answers: dict[str, dict] = {}
        self.disputes: dict[str, dict] = {}
        self.subscribed: dict[str, Subscribed] = {}
        self.ended: list[str] = []

    def _answer(self) -> None:
        if self.away:
            raise ProviderAway

    # what the site asks

    def open_session(self, **asked: object) -> Session:
        self._answer()
        self.opened[asked["ref"]] = asked
        return Session(f"cs_{asked['ref']}", f"https://till.example/{asked['ref']}", "open", False, None)

    def session(self, session_id: str) -> Session:
        self._answer()
        return self.found.get(session_id) or Session(
            session_id, "", "expired" if session_id in self.expired else "open", False, None)

    def expire(self, session_id: str) -> None:
        self._answer()
        if session_id not in self.found:
            self.expired.append(session_id)

    def subscription(self, provider_id: str) -> Subscribed:
        self._answer()
        return self.subscribed[provider_id]

    def end_subscription(self, provider_id: str) -> None:
        self._answer()
        self.ended.append(provider_id)
        self.bill(provider_id, "ended")

    def bill(self, provider_id: str, state: str = "active", *bills: Bill) -> None:
        """The provider knows these further months of a subscription, which is in `state` now."""
        before = self.subscribed.get(provider_id)
        kept = {bill.id: bill for bill in (*(before.bills if before else ()), *bills)}
        self.subscribed[provider_id] = Subscribed(provider_id, state, clock.now() + timedelta(days=30), list(kept.values()))

    @staticmethod
    def month(number: str, fen: int = 5_000, paid_at: datetime | None = None) -> Bill:
        """A month that was paid."""
        return Bill(f"in_{number}", fen, paid_at or clock.now(), f"pi_{number}")

    def refund(self, intent_id: str, amount_fen: int, key: str) -> dict:
        """Goes back at once for what was paid here; for anything else it stays pending until a test says more."""
        self._answer()
        self.refunds[key] = (intent_id, amount_fen)
        if key not in self.answers:
            said = {"id": f"re_{key}", "status": "pending", "amount": amount_fen, "payment_intent": intent_id,
                    "metadata": {"refund": key}}
            if intent_id in self.charges:
                if self.left(intent_id) < amount_fen:
                    raise RefundRefused("charge_already_refunded")
                self._give_back(said)
            self.answers[key] = said
        return self.answers[key]

    def events(self, since: datetime, kinds: Sequence[str]) -> Iterator[Told]:
        self._answer()
        import json
        for number, kind, subject in reversed([told for told in self.told if told[1] in kinds]):
            yield Told(number, kind, json.dumps({"id": number, "type": kind, "data": {"object": subject}}))

    def moved(self, since: datetime) -> Iterator[Moved]:
        self._answer()
        yield from reversed([line for line in self.lines if line.at >= since])

    def paid_out(self, payout_id: str) -> list[str]:
        self._answer()
        return self.payouts[payout_id]

    def balance(self) -> int:
        self._answer()
        return sum(line.amount_fen - line.fee_fen for line in self.lines)

    # what happens at the provider

    def pay(self, ref: str, amount_fen: int) -> str:
        """A giver pays a Checkout page; the number of the payment at the provider."""
        intent = f"pi_{ref}"
        self.charges[intent] = amount_fen
        self.found[f"cs_{ref}"] = Session(f"cs_{ref}", "", "complete", True, intent)
        self._move("charge", f"ch_{ref}", intent, amount_fen, amount_fen * FEE // 1000)
        self.say("checkout.session.completed", {
            "id": f"cs_{ref}", "client_reference_id": ref, "payment_status": "paid", "payment_intent": intent,
            "metadata": {"payment": ref}})
        return intent

    def refund_by_hand(self, intent_id: str, amount_fen: int) -> None:
        """Somebody gives back at the provider itself, not through the site."""
        self._give_back({"id": f"re_by_hand_{len(self.lines)}", "status": "pending", "amount": amount_fen,
                         "payment_intent": intent_id, "metadata": {}})

    def _give_back(self, said: dict) -> None:
        self._move("refund", said["id"], said["payment_intent"], -said["amount"])
        self.say("refund.created", said)
        self.say("refund.updated", {**said, "status": "succeeded"})

    def fail_refund(self, key: str) -> None:
        """A refund comes back from a closed account."""
        said = self.answers[key]
        self._move("refund_failure", said["id"], said["payment_intent"], said["amount"])
        self.say("refund.failed", {**said, "status": "failed", "failure_reason": "expired_or_canceled_card"})

    def dispute(self, intent: str) -> str:
        """A giver's bank takes everything that is left back."""
        number, amount = f"du_{intent}", self.left(intent)
        line = self._move("adjustment", number, intent, -amount, DISPUTE_FEE)
        self.disputes[number] = {
            "id": number, "amount": amount, "payment_intent": intent, "reason": "fraudulent", "status": "needs_response",
            "evidence_details": {"due_by": int(clock.now().timestamp()) + 7 * 86_400}, "balance_transactions": [
                {"id": line.id, "amount": line.amount_fen, "fee": line.fee_fen}]}
        self.say("charge.dispute.created", self.disputes[number])
        self.say("charge.dispute.funds_withdrawn", self.disputes[number])
        return number

    def decide(self, number: str, won: bool) -> None:
        """The bank decides a dispute."""
        said = self.disputes[number] = {**self.disputes[number], "status": "won" if won else "lost"}
        if won:
            line = self._move("adjustment", number, said["payment_intent"], said["amount"])
            said["balance_transactions"] = [*said["balance_transactions"],
                                            {"id": line.id, "amount": line.amount_fen, "fee": 0}]
            self.say("charge.dispute.funds_reinstated", said)
        self.say("charge.dispute.closed", said)

    def pay_out(self) -> None:
        """Everything that is there goes to the bank."""
        done = {one for parts in self.payouts.values() for one in parts}
        parts = [line for line in self.lines if line.id not in done and line.type != "payout"]
        total = sum(line.amount_fen - line.fee_fen for line in parts)
        if total > 0:
            number = f"po_{len(self.payouts)}"
            self.payouts[number] = [line.id for line in parts]
            self._move("payout", number, "", -total)

    def say(self, kind: str, subject: dict) -> None:
        self.told.append((f"evt_till_{len(self.told)}", kind, subject))

    def left(self, intent: str) -> int:
        return sum(line.amount_fen for line in self.lines if line.intent_id == intent)

    def _move(self, kind: str, source: str, intent: str, amount_fen: int, fee_fen: int = 0) -> Moved:
        line = Moved(f"txn_{len(self.lines)}", kind, source, intent, amount_fen, fee_fen, clock.now())
        self.lines.append(line)
        return line

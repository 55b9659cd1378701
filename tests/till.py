from marketplace.money.payments.provider import ProviderAway, Session


class Till:
    """A payment provider in memory, for tests of our own rules; the real client has tests of its own."""

    def __init__(self) -> None:
        self.away = False
        self.opened: dict[str, dict] = {}
        self.expired: list[str] = []
        self.refunds: dict[str, tuple[str, int]] = {}
        self.found: dict[str, Session] = {}

    def _answer(self) -> None:
        if self.away:
            raise ProviderAway

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
        self.expired.append(session_id)

    def refund(self, intent_id: str, amount_fen: int, key: str) -> dict:
        self._answer()
        self.refunds[key] = (intent_id, amount_fen)
        return {"id": f"re_{key}", "status": "pending", "amount": amount_fen, "payment_intent": intent_id,
                "metadata": {"refund": key}}

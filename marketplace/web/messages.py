"""What messages to phones and mailboxes say. Short: one fact, one thing to do, one link."""
from collections.abc import Callable

from flask import Flask, g
from flask_babel import force_locale
from flask_babel import gettext as _

from marketplace.web import gift_messages, volunteer_messages, words_of_deliveries, words_of_offers

SIGN = "【微心愿】"

TEXTS: dict[str, Callable[[dict], str]] = {
    "sign_in_code": lambda f: _("Your code is %(code)s. It works for %(minutes)s minutes. Give it to nobody.", **f),
    "wish_published": lambda f: _("Your wish “%(title)s” is published now.", **f),
    "wish_returned": lambda f: _("Please change something in your wish “%(title)s”: %(link)s", **f),
    "wish_rejected": lambda f: _("Your wish “%(title)s” was not accepted. The reason: %(link)s", **f),
    "wish_expired": lambda f: _("Nobody has taken on your wish “%(title)s” in time. You can make a new one.", **f),
    "delivery_arrived": lambda f: _("“%(title)s” has arrived. Your hand-over code is %(code)s. Show it, or your card, "
                                    "when you fetch it. Give it to nobody else.", **f),
    "pledge_committed": lambda f: _("Thank you. Your promise for “%(title)s” is firm. Follow it here: %(gift)s", **f),
    "match_asks": lambda f: _("Somebody waits for what you offered: “%(title)s”. Please say yes or no within three days, "
                              "for money within a day: %(gift)s", **f),
    "pledge_not_sent": lambda f: _("Your promise for “%(title)s” has lapsed because it was not sent in time.", **f),
    "pledge_not_eligible": lambda f: _("The wish “%(title)s” is paused. Please do not send anything. What happens to your "
                                       "gift: %(gift)s", **f),
    "pledge_wish_ended": lambda f: _("The wish “%(title)s” has ended. Please do not send anything. What happens to your "
                                     "gift: %(gift)s", **f),
    "pledge_recalled": lambda f: _("The charity could not give what was meant for “%(title)s”, and has taken its promise "
                                   "back. The wish is open again.", **f),
    "pledge_charity": lambda f: _("The charity returns your gift for “%(title)s”: %(gift)s", **f),
    "pledge_giver": lambda f: _("You have taken back your promise for “%(title)s”.", **f),
    "pledge_rerouted": lambda f: _("Your gift goes to a similar wish, “%(title)s”, as you chose: %(gift)s", **f),
    "delivery_arrived_giver": lambda f: _("“%(title)s” is at the town station: %(gift)s", **f),
    "delivery_confirmed_giver": lambda f: _("The family has confirmed that it received “%(title)s”: %(gift)s", **f),
    "delivery_returned_giver": lambda f: _("“%(title)s” was sent back: %(gift)s", **f),
    "delivery_lost_giver": lambda f: _("“%(title)s” was lost on the way. We are sorry: %(gift)s", **f),
    "benefits": lambda f: _("Your happiness list: %(receiving)s received, %(open)s to claim, %(missed)s just missed. "
                            "Read it: %(benefits)s or call 12345.", **f),
    "campaign_approved": lambda f: _("Your campaign “%(title)s” is approved. It begins by itself on its day: %(desk)s", **f),
    "campaign_returned": lambda f: _("Please change something in the plan of “%(title)s”: %(desk)s", **f),
    "campaign_refused": lambda f: _("The plan of “%(title)s” was not accepted. The reason: %(desk)s", **f),
    "campaign_live": lambda f: _("Your campaign “%(title)s” is open now: %(desk)s", **f),
    "campaign_closed": lambda f: _("Your campaign “%(title)s” has ended. What is to be done now: %(desk)s", **f),
    "campaign_settled": lambda f: _("The account of “%(title)s” is approved and published: %(desk)s", **f),
    "disclosure_due": lambda f: _("A report of your campaign “%(title)s” must be public by %(due)s. Write it here: "
                                  "%(desk)s", **f),
    "attestation_issued": lambda f: _("Your certificate of voluntary service %(number)s is issued: %(hours)s", **f),
    "attestation_declined": lambda f: _("The charity could not issue your certificate of voluntary service. Why: "
                                        "%(hours)s", **f),
    "attestation_revoked": lambda f: _("Your certificate of voluntary service %(number)s does not hold any more. Why: "
                                       "%(hours)s", **f),
    "team_approved": lambda f: _("The name of your team “%(title)s” is confirmed. Its page: %(team)s", **f),
    "team_declined": lambda f: _("The name of your team “%(title)s” could not be confirmed. Why: %(team)s", **f),
    "team_hidden": lambda f: _("The page of your team “%(title)s” was taken away. Why: %(team)s", **f),
    "offer_recorded": lambda f: _("%(charity)s has written down your offer of “%(thing)s”. Follow it here, or take it "
                                  "back: %(offer)s", **f),
    "offer_accepted": lambda f: _("%(charity)s takes your offer of “%(thing)s” with thanks. What comes next: "
                                  "%(offer)s", **f),
    "offer_declined": lambda f: _("%(charity)s cannot take your offer of “%(thing)s”. Why: %(offer)s", **f),
    "offer_expired": lambda f: _("The last day of your offer of “%(thing)s” is over. What came of it: %(offer)s", **f),
    "offer_ended": lambda f: _("%(charity)s needs no more of your offer of “%(thing)s”. What came of it: %(offer)s", **f),
    "offer_put_right": lambda f: _("We counted wrongly: %(came)s of “%(thing)s” have come to the store of %(charity)s. Your "
                                   "receipt was put right: %(offer)s", **f),
    "offer_taken_in": lambda f: _("%(came)s of “%(thing)s” have come to the store of %(charity)s. Thank you. Your "
                                  "receipt, and where they go: %(offer)s", **f),
    "offer_official_recorded": lambda f: _("The official donation receipt for your “%(thing)s” is issued. You find its "
                                           "numbers here: %(offer)s", **f),
    **words_of_offers.TEXTS,
    **gift_messages.TEXTS,
    **volunteer_messages.TEXTS,
    **words_of_deliveries.TEXTS,
    "thanks_approved": lambda f: _("A word of thanks for “%(title)s” waits for you: %(gift)s", **f),
}


def wording(app: Flask, site_url: str) -> Callable[[str, dict, str], str]:
    """A function from kind, facts and language to the text, also outside of requests."""
    def words(kind: str, facts: dict, language: str) -> str:
        links = {"link": f"{site_url}/home", "hours": f"{site_url}/gifts/hours", "team": f"{site_url}/teams/mine",
                  "benefits": f"{site_url}/home/benefits", "volunteer": f"{site_url}/volunteer",
                 "gift": f"{site_url}/gifts/{facts.get('secret', '')}",
                 "offer": f"{site_url}/offers/follow/{facts.get('secret', '')}",
                 "desk": f"{site_url}/charity/campaigns/{facts.get('campaign', '')}"}
        with app.app_context():
            g.language = language
            with force_locale(language):
                return SIGN + TEXTS[kind]({**gift_messages.in_words(facts), **links})
    return words

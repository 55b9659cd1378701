"""Who may do what: the whole table, readable by a supervisor.

A condition takes a user and a subject. The subject is a row or a model class: the same line answers "may she?" in
Python and "which rows may she?" in SQL. Columns used here are NOT NULL. An arrow's name is its capability.
"""
from dataclasses import dataclass

from sqlalchemy import Select, false

from marketplace.core.errors import NotAllowed
from marketplace.people.accounts.conditions import (
    OfUser,
    bearer,
    colleague,
    comes_along,
    drives,
    drives_or_keeps,
    founder,
    giver,
    handles_money,
    in_area,
    is_clerk,
    is_manager,
    is_storekeeper,
    is_volunteer_lead,
    not_asker,
    not_author,
    not_barred,
    not_deliverer,
    not_draft,
    not_driver,
    not_giver,
    not_own_household,
    not_own_place,
    not_previewer,
    not_proposer,
    not_recorder,
    not_self,
    of_area,
    of_county_up,
    of_no_account,
    own_charity,
    own_household,
    own_note,
    own_organisation,
    own_pause,
    own_place,
    own_side,
    raises_money,
    sees_volunteers,
    sends_goods,
    straight,
    takes_offers,
    takes_part,
)


@dataclass(frozen=True)
class Rule:
    """Roles that hold a capability, each with the conditions that must all be true."""

    grants: dict[str, tuple]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.grants)


def rule(*roles: str, where: tuple = (), **special: tuple) -> Rule:
    """The same conditions for `roles`; roles with conditions of their own by keyword."""
    return Rule({**dict.fromkeys(roles, where), **special})


WORKER = (in_area,)
LEAD = (is_volunteer_lead, own_organisation, not_own_place)
HELPER = {"donor": (own_place,), "volunteer": (own_place,)}
GIVER = {"donor": (giver,), "volunteer": (giver,), "charity": (giver,), "guest": (bearer,)}

RULES = {
    # signed in at all
    "account.use": rule(*("donor", "charity", "volunteer", "social_worker", "verifier", "operator", "supervisor",
                          "administrator", "beneficiary")),
    # registry
    "household.read": rule(social_worker=WORKER, beneficiary=(own_household,)),
    "household.card": rule("social_worker", where=WORKER),
    "benefits.read": rule(beneficiary=(own_household,)),
    "benefits.tell": rule("social_worker", where=(in_area, not_own_household)),
    "registry.import": rule("administrator"),
    # wishes
    "wish.read": rule(social_worker=WORKER, beneficiary=(own_household,), charity=(own_organisation,)),
    "wish.write": rule(beneficiary=(own_household,), social_worker=(in_area, not_own_household)),
    "wish.submit": rule(beneficiary=(own_household,), social_worker=(in_area, not_own_household)),
    "wish.edit": rule("social_worker", where=(in_area, not_author, not_own_household)),
    "wish.publish": rule("social_worker", where=(in_area, not_author, not_own_household)),
    "wish.return": rule("social_worker", where=(in_area, not_author, not_own_household)),
    "wish.reject": rule("social_worker", where=(in_area, not_author, not_own_household)),
    "wish.withdraw": rule(beneficiary=(own_household,), social_worker=(in_area, not_own_household)),
    "wish.close": rule("social_worker", where=(in_area, not_own_household)),
    "consent.withdraw": rule(beneficiary=(own_household,), social_worker=(in_area, not_own_household)),
    # pledges
    "pledge.reserve": rule("guest", "donor", "charity", "volunteer"),
    "pledge.read": rule(donor=(giver,), volunteer=(giver,), charity=(own_organisation,), social_worker=WORKER),
    "pledge.commit": rule(**GIVER),
    "pledge.cancel": rule(**GIVER),
    "pledge.recall": rule("charity", where=(is_storekeeper, own_organisation)),
    "pledge.choose": rule(**GIVER),
    "pledge.honour": rule(**GIVER),
    "pledge.refund": rule("charity", where=(is_clerk, own_organisation)),
    "pledge.ask_official": rule(**GIVER),
    "pledge.declare": rule("charity", where=(is_storekeeper, own_organisation)),
    # receipts
    "receipt.read": rule(donor=(giver,), volunteer=(giver,)),
    "official.read": rule("charity", where=(is_clerk, own_organisation)),
    "official.record": rule("charity", where=(is_clerk, own_organisation)),
    "official.reverse": rule("charity", where=(is_clerk, own_organisation)),
    # gifts of money to campaigns and funds, by card, by transfer, in cash
    "gift.reserve": rule("guest", "donor", "charity", "volunteer"),
    "gift.read": rule("charity", where=(is_clerk, own_organisation)),
    "gift.cancel": rule(**GIVER),
    "gift.choose": rule(**GIVER),
    "gift.honour": rule(**GIVER),
    "gift.ask_official": rule(**GIVER),
    "gift.refund": rule("charity", where=(is_clerk, own_organisation)),
    "monthly.read": rule("charity", where=(is_clerk, own_organisation)),
    "monthly.change": rule(**GIVER),
    "monthly.stop": rule(**GIVER),
    "slip.read": rule("charity", where=(is_clerk, own_organisation)),
    "slip.record": rule("charity", where=(is_clerk, own_organisation)),
    "slip.confirm": rule("charity", where=(is_clerk, own_organisation, not_recorder)),
    "slip.refuse": rule("charity", where=(is_clerk, own_organisation, not_recorder)),
    "payment.read": rule("charity", where=(is_clerk, own_organisation)),
    "payment.record_back": rule("charity", where=(is_clerk, own_organisation)),
    "refund.confirm": rule("charity", where=(is_clerk, own_organisation, not_recorder)),
    # deliveries
    "delivery.read": rule(social_worker=WORKER, charity=(own_organisation,), beneficiary=(own_household,)),
    "delivery.purchase": rule("charity", where=(is_clerk, own_organisation)),
    "delivery.dispatch": rule(donor=(giver, straight), volunteer=(giver, straight), guest=(bearer, straight),
                              charity=(sends_goods, own_organisation)),
    "delivery.arrive": rule("social_worker", where=WORKER),
    "delivery.hand_over": rule("social_worker", where=(in_area, not_giver, not_own_household)),
    "delivery.confirm": rule(beneficiary=(own_household, not_giver)),
    "delivery.confirm_for": rule("social_worker", where=(in_area, not_giver, not_deliverer, not_own_household)),
    "delivery.dispute": rule(beneficiary=(own_household,), social_worker=WORKER),
    "delivery.resolve": rule("social_worker", where=(in_area, not_giver, not_deliverer, not_own_household)),
    "delivery.lose": rule("social_worker", where=(in_area, not_deliverer)),
    "delivery.go_on": rule("social_worker", where=(in_area, not_giver, not_own_household)),
    "delivery.witness": rule("social_worker", where=(in_area, not_giver, not_deliverer, not_own_household)),
    "delivery.appoint": rule(donor=(giver,), volunteer=(giver,)),
    "delivery.appoint_for": rule("charity", where=(is_volunteer_lead, own_organisation, of_no_account)),
    # stations of towns, and runs that bring parcels to them
    "station.write": rule("social_worker", where=(of_county_up, in_area)),
    "station.close": rule("social_worker", where=(of_county_up, in_area)),
    "station.reopen": rule("social_worker", where=(of_county_up, in_area)),
    "station.shelf": rule("social_worker", where=WORKER),
    "run.read": rule("charity", where=(own_organisation,)),
    "run.plan": rule("charity", where=(is_storekeeper,)),
    "run.assign": rule("charity", where=(is_storekeeper, own_organisation)),
    "run.cancel": rule("charity", where=(is_storekeeper, own_organisation)),
    "run.drive": rule("charity", "volunteer", where=(drives,)),
    "run.scan": rule("charity", "volunteer", where=(drives_or_keeps,)),
    "run.load": rule("charity", "volunteer", where=(drives_or_keeps,)),
    "run.depart": rule("charity", "volunteer", where=(drives_or_keeps,)),
    "run.finish": rule("charity", "volunteer", where=(drives_or_keeps,)),
    "run.settle": rule("charity", where=(is_manager, own_organisation, not_driver)),
    # what went wrong, and what households say of it
    "delivery.take_call": rule("operator", where=(in_area, not_giver, not_deliverer, not_own_household)),
    "delivery.rate": rule(beneficiary=(own_household, not_giver),
                          social_worker=(in_area, not_giver, not_deliverer, not_own_household)),
    "delivery.watch": rule("social_worker", "supervisor", where=WORKER),
    "delivery.watch_own": rule("charity", where=(own_organisation,)),
    "problem.settle": rule("charity", where=(sends_goods, own_organisation)),
    "problem.take_in": rule("charity", where=(is_storekeeper, own_organisation)),
    "visit.ask": rule("social_worker", where=(in_area, not_giver, not_deliverer, not_own_household)),
    "visit.record": rule("social_worker", where=(in_area, not_giver, not_deliverer, not_own_household)),
    "thanks.write": rule(beneficiary=(own_household,), social_worker=(in_area, not_own_household)),
    "thanks.moderate": rule("social_worker", where=(in_area, not_author, not_own_household)),
    # volunteers: who they are, what was checked of them, when they come; nobody decides about themselves
    "volunteer.apply": rule("donor", "volunteer"),
    "volunteer.read": rule(**HELPER, charity=(sees_volunteers, own_organisation)),
    "volunteer.edit": rule(**HELPER),
    "volunteer.leave": rule(**HELPER),
    "volunteer.export": rule("charity", where=(sees_volunteers, own_organisation)),
    "volunteer.call": rule("charity", where=(is_volunteer_lead, own_organisation)),
    "volunteer.approve": rule("charity", where=LEAD),
    "volunteer.decline": rule("charity", where=LEAD),
    "volunteer.pause": rule(**HELPER, charity=LEAD),
    "volunteer.resume": rule(donor=(own_pause,), volunteer=(own_pause,), charity=LEAD),
    "volunteer.end": rule("charity", where=LEAD),
    "volunteer.check": rule("charity", where=LEAD),
    "appointment.read": rule(**HELPER, social_worker=WORKER, charity=(sees_volunteers, own_organisation),
                             beneficiary=(own_household,)),
    "appointment.oversee": rule("charity", where=(sees_volunteers, own_organisation)),
    "appointment.confirm": rule("social_worker", where=(in_area, not_own_place, not_own_household)),
    "appointment.turn_down": rule("social_worker", where=(in_area, not_own_place)),
    "appointment.attest": rule("social_worker", where=(in_area, not_own_place, not_own_household)),
    "appointment.miss": rule("social_worker", where=(in_area, not_own_place)),
    "appointment.start": rule(**HELPER),
    "appointment.finish": rule(**HELPER),
    "appointment.release": rule(**HELPER),
    "appointment.step_back": rule("donor", "volunteer", where=(comes_along,)),
    "appointment.write_down": rule(social_worker=(in_area, not_own_place), charity=LEAD),
    "appointment.give_up": rule(social_worker=WORKER, charity=LEAD),
    "appointment.close": rule("charity", where=LEAD),
    "appointment.correct": rule("charity", where=LEAD),
    "ask.take": rule(**HELPER),
    # screening: runs and catalogues are the whole city's, so an area smaller than the city holds none of them
    "screening.run": rule(supervisor=WORKER, administrator=()),
    "screening.read": rule(social_worker=WORKER, supervisor=WORKER, administrator=()),
    "catalogue.propose": rule(supervisor=WORKER, administrator=()),
    "catalogue.publish": rule(supervisor=(in_area, not_proposer, not_previewer),
                              administrator=(not_proposer, not_previewer)),
    "silent.read": rule("social_worker", where=WORKER),
    "outreach.record": rule("social_worker", where=(in_area, not_own_household)),
    "contact.take_back": rule("social_worker", where=(own_note,)),
    "needs.read": rule("charity", social_worker=WORKER, supervisor=WORKER, administrator=()),
    # the books, and the provider beside them, held side by side: the whole city's
    "ledger.read": rule(supervisor=WORKER, administrator=()),
    "reconciliation.read": rule(supervisor=WORKER, administrator=()),
    "reconciliation.run": rule(supervisor=WORKER, administrator=()),
    "difference.resolve": rule(supervisor=WORKER, administrator=()),
    # organisations: a charity's own people, and the officers of the civil affairs bureau
    "charity.desk": rule("charity"),
    "team.read": rule("charity", where=(is_manager, colleague)),
    "team.invite": rule("charity", where=(is_manager, colleague)),
    "team.change": rule("charity", where=(is_manager, colleague, not_self)),
    "team.close": rule("charity", where=(is_manager, colleague, not_self)),
    "team.reopen": rule("charity", where=(is_manager, colleague, not_self)),
    "organisation.read": rule(supervisor=(of_area,), administrator=()),
    "organisation.create": rule(supervisor=(of_area,), administrator=()),
    "organisation.appoint": rule(supervisor=(of_area,), administrator=()),
    "certificate.read": rule(charity=(own_organisation,), supervisor=(of_area,), administrator=()),
    "certificate.submit": rule("charity", where=(is_manager, own_organisation)),
    "certificate.withdraw": rule("charity", where=(is_manager, own_organisation)),
    "certificate.check": rule("supervisor", where=(of_area,)),
    "certificate.approve": rule("supervisor", where=(of_area, not_recorder)),
    "certificate.refuse": rule("supervisor", where=(of_area, not_recorder)),
    "certificate.revoke": rule("supervisor", where=(of_area,)),
    "cooperation.read": rule("charity", where=(own_side,)),
    "cooperation.propose": rule("charity", where=(is_manager, own_organisation)),
    "cooperation.withdraw": rule("charity", where=(is_manager, own_organisation)),
    "cooperation.agree": rule("charity", where=(is_manager, own_charity, not_recorder)),
    "cooperation.decline": rule("charity", where=(is_manager, own_charity)),
    "cooperation.end": rule("charity", where=(is_manager, own_side)),
    # campaigns: both sides of a cooperation write and tell; who raises the money answers for it; a bureau's officer checks
    "campaign.read": rule(charity=(takes_part,), supervisor=(in_area, not_draft)),
    "campaign.write": rule("charity", where=(is_clerk, takes_part)),
    "campaign.submit": rule("charity", where=(is_clerk, takes_part)),
    "campaign.withdraw": rule("charity", where=(is_clerk, takes_part)),
    "campaign.approve": rule("supervisor", where=(in_area, not_author)),
    "campaign.return": rule("supervisor", where=(in_area, not_author)),
    "campaign.refuse": rule("supervisor", where=(in_area, not_author)),
    "campaign.close": rule("charity", where=(is_manager, takes_part)),
    "campaign.tell": rule("charity", where=(is_clerk, takes_part)),
    "campaign.change": rule("charity", where=(is_clerk, takes_part)),
    "campaign.settle_up": rule("charity", where=(is_manager, raises_money)),
    "change.take_back": rule("charity", where=(is_clerk, own_organisation)),
    "change.approve": rule("supervisor", where=(in_area, not_asker)),
    "change.refuse": rule("supervisor", where=(in_area, not_asker)),
    "allocation.read": rule(charity=(own_organisation,), supervisor=WORKER),
    "allocation.propose": rule("charity", where=(is_clerk, own_organisation)),
    "allocation.approve": rule("charity", where=(is_clerk, own_organisation, not_barred)),
    "allocation.refuse": rule("charity", where=(is_clerk, own_organisation, not_recorder)),
    "allocation.cancel": rule("charity", where=(is_clerk, own_organisation)),
    "allocation.pay": rule("charity", where=(is_clerk, own_organisation)),
    "allocation.give_back": rule("charity", where=(is_manager, own_organisation, not_recorder)),
    # a charity's own fund, to the wishes that it carries
    "grant.read": rule(charity=(own_organisation,), supervisor=WORKER),
    "grant.propose": rule("charity", where=(is_clerk, own_organisation)),
    "grant.approve": rule("charity", where=(is_clerk, own_organisation, not_barred)),
    "grant.refuse": rule("charity", where=(is_clerk, own_organisation, not_recorder)),
    "grant.cancel": rule("charity", where=(is_clerk, own_organisation)),
    "disclosure.read": rule(charity=(own_organisation,), supervisor=WORKER),
    "disclosure.publish": rule("charity", where=(is_clerk, own_organisation)),
    "settlement.approve": rule("supervisor", where=(in_area, not_asker)),
    "settlement.return": rule("supervisor", where=(in_area, not_asker)),
    # a company's money that is added to gifts
    "match.read": rule("charity", where=(own_organisation,)),
    "match.plan": rule("charity", where=(is_clerk,)),
    "match.fund": rule("charity", where=(is_clerk, own_organisation)),
    "match.begin": rule("charity", where=(is_manager, own_organisation)),
    "match.end": rule("charity", where=(is_manager, own_organisation)),
    "funding.confirm": rule("charity", where=(is_clerk, own_organisation, not_recorder)),
    "funding.refuse": rule("charity", where=(is_clerk, own_organisation, not_recorder)),
    # certificates of voluntary service
    "attestation.ask": rule("donor", "volunteer"),
    "attestation.read": rule(donor=(giver,), volunteer=(giver,), charity=(is_volunteer_lead, own_organisation)),
    "attestation.take_back": rule(donor=(giver,), volunteer=(giver,)),
    "attestation.issue": rule("charity", where=(is_volunteer_lead, own_organisation)),
    "attestation.decline": rule("charity", where=(is_volunteer_lead, own_organisation)),
    "attestation.revoke": rule("charity", where=(is_volunteer_lead, own_organisation)),
    # people of one company, school or club who give together
    "company_team.found": rule("donor", "volunteer"),
    "company_team.join": rule("donor", "volunteer"),
    "company_team.ask_again": rule(donor=(founder,), volunteer=(founder,)),
    "company_team.renew_link": rule(donor=(founder,), volunteer=(founder,)),
    "company_team.end": rule(donor=(founder,), volunteer=(founder,)),
    "company_team.read": rule("charity", where=(is_clerk, own_organisation)),
    "company_team.approve": rule("charity", where=(is_clerk, own_organisation)),
    "company_team.decline": rule("charity", where=(is_clerk, own_organisation)),
    "company_team.hide": rule("charity", where=(is_clerk, own_organisation)),
    "team_member.show_as": rule(donor=(own_place,), volunteer=(own_place,)),
    "team_member.leave": rule(donor=(own_place,), volunteer=(own_place,)),
    # letters of thanks: a year's, when its giver wants one
    "letter.write": rule("donor", "volunteer"),
    "letter.read": rule(donor=(giver,), volunteer=(giver,)),
    # what somebody offers before there is a wish for it
    "offer.make": rule("donor", "volunteer"),
    "offer.record": rule("charity", where=(is_clerk,)),
    "offer.read": rule(donor=(giver,), volunteer=(giver,), charity=(own_organisation,), guest=(bearer,)),
    "offer.accept": rule("charity", where=(takes_offers, own_organisation)),
    "offer.decline": rule("charity", where=(takes_offers, own_organisation)),
    "offer.end": rule("charity", where=(takes_offers, own_organisation)),
    "offer.take_in": rule("charity", where=(is_storekeeper, own_organisation)),
    "offer.go_on": rule("charity", where=(is_storekeeper, own_organisation)),
    "offer.withdraw": rule(donor=(giver,), volunteer=(giver,), guest=(bearer,)),
    "offer.ask_official": rule(donor=(giver,), volunteer=(giver,), guest=(bearer,)),
    # what the matching proposes
    "matching.run": rule("charity", where=(takes_offers, own_organisation)),
    "matching.run_city": rule(supervisor=WORKER, administrator=()),
    "matching.watch": rule(supervisor=(of_county_up, in_area), administrator=()),
    "proposal.read": rule("charity", where=(own_organisation,)),
    "proposal.confirm": rule("charity", where=(takes_offers, own_organisation, handles_money)),
    "proposal.decline": rule("charity", where=(takes_offers, own_organisation, handles_money)),
    # goods in store
    "store.read": rule("charity", where=(own_organisation,)),
    "store.open": rule("charity", where=(is_manager,)),
    "store.change": rule("charity", where=(is_manager, own_organisation)),
    "store.close": rule("charity", where=(is_manager, own_organisation)),
    "store.reopen": rule("charity", where=(is_manager, own_organisation)),
    "stock.take_in": rule("charity", where=(is_storekeeper, own_organisation)),
    "stock.put_right": rule("charity", where=(is_storekeeper, own_organisation)),
    "stock.promise": rule("charity", where=(sends_goods, own_organisation)),
    "stock.transfer": rule("charity", where=(is_storekeeper, own_organisation)),
    "stock.write_off": rule("charity", where=(is_storekeeper, own_organisation)),
    "stock.change_condition": rule("charity", where=(is_storekeeper, own_organisation)),
    "stock.count": rule("charity", where=(is_storekeeper, own_organisation)),
    "stock.assemble": rule("charity", where=(is_storekeeper, own_organisation)),
    "batch.read": rule("charity", where=(own_organisation,)),
    "kit.read": rule("charity", where=(own_organisation,)),
    "kit.write": rule("charity", where=(is_storekeeper,)),
    "kit.assemble": rule("charity", where=(is_storekeeper, own_organisation)),
    # names on the board
    "honour.read": rule("charity", where=(own_organisation,)),
    "honour.hide": rule("charity", where=(is_clerk, own_organisation)),
    # the house
    "accounts.manage": rule("administrator"),
    "jobs.read": rule("administrator", "supervisor"),
    "jobs.retry": rule("administrator"),
    "audit.read": rule("administrator", "supervisor"),
}


def may(user, capability: str, subject=None) -> bool:
    """Whether `user` holds `capability` for anything at all, or if a subject is given, for that one."""
    conditions = RULES[capability].grants.get(user.role)
    if conditions is None:
        return False
    return all(bool(c(user, subject)) for c in conditions if subject is not None or isinstance(c, OfUser))


def demand(user, capability: str, subject=None) -> None:
    """Raise NotAllowed unless the user may do this to the subject. Every verb begins with it."""
    if not may(user, capability, subject):
        raise NotAllowed(capability)


def narrow(user, capability: str, statement: Select, model) -> Select:
    """Only the rows that `demand` would let pass."""
    conditions = RULES[capability].grants.get(user.role)
    if conditions is None:
        return statement.where(false())
    return statement.where(*(condition(user, model) for condition in conditions))

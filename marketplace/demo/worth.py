"""What taking part is worth, in the demo city: a company that doubles gifts, names on the board, certificates of service, a
team with its people, a letter of thanks; by the verbs that people use, each step once however often the filling is begun."""
from collections import Counter
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.core import clock, fen
from marketplace.demo import till
from marketplace.demo.giving import Giving
from marketplace.extensions import db
from marketplace.market.attestations import service as attestations
from marketplace.market.attestations.models import Attestation
from marketplace.market.honours import service as honours
from marketplace.market.honours.rules import STANDING
from marketplace.market.letters import queries as letters
from marketplace.market.letters import service as letter
from marketplace.market.matches import service as matches
from marketplace.market.matches.models import Funding, Match
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.teams import queries as teams
from marketplace.market.teams import service as team
from marketplace.market.teams.models import Team
from marketplace.market.volunteering import hours
from marketplace.people.accounts.models import User

DOUBLED = 50_000 * fen.YUAN
COMPANY, ENGLISH = "德州运河书店有限公司", "Canal Bookshop of Dezhou"
KINDS = {"社区书店": "company", "十八班家委会": "team"}  # of givers on the board; the others are persons
NAMES = ("周小明", "方建国")  # of volunteers, on their certificates
SEEN, TEAM = 7, 6  # givers on the board, members of the team


class Worth(Giving):
    """Tells the steps one after the other; what was told before is passed over."""

    def tell(self) -> None:
        """All of it, in the order of time."""
        self._at(150, self.found_a_team)
        self._at(148, self.confirm_its_name)
        self._at(147, self.join_it)
        self._at(21, self.agree_with_a_company)
        self._at(20.5, self.record_its_money)
        self._at(20, self.begin_to_add)
        self._at(2.5, self.give_what_is_doubled)
        self._at(2.2, self.found_another_team)
        self._at(1.5, self.stand_on_the_board)
        self._at(0.8, self.ask_for_certificates)
        self._at(0.7, self.issue_one)
        self._at(0.6, self.write_a_letter)

    def found_a_team(self) -> None:
        """By the visitor's own giver."""
        draft = team.Draft("运河机械厂青年志愿队", "company", self.clerk.organisation_id, "厂工会 王主席 0534-2620100",
                           "Canal Machine Works Volunteers")
        team.found(draft, self.donors[0])

    def confirm_its_name(self) -> None:
        team.approve(db.session.scalars(select(Team).where(Team.state == "asked")).one(), "letter", self.clerk)

    def join_it(self) -> None:
        mine = teams.mine(self.donors[0])
        assert mine
        for number, one in enumerate((*self.donors[1:TEAM - 1], *self._volunteers()[:1])):
            member = team.join(mine.link, one)
            if number % 2 == 0:
                team.show_as(member, one.display_name, one)

    def found_another_team(self) -> None:
        """For the visitor to decide on."""
        draft = team.Draft("第十八中学家长志愿队", "school", self.clerk.organisation_id, "德育处 李老师 0534-2620111")
        team.found(draft, self.donors[-2])

    def agree_with_a_company(self) -> None:
        today = clock.today()
        matches.plan(matches.Plan(COMPANY, DOUBLED, today, today + timedelta(days=180), "schooling", english=ENGLISH),
                     self.clerk)

    def record_its_money(self) -> None:
        matches.record_funding(self._match(), DOUBLED, "20261105007719", clock.today(), self.second)

    def begin_to_add(self) -> None:
        matches.confirm_funding(db.session.scalars(
            select(Funding).where(Funding.match_id == self._match().id)).one(), self.clerk)
        matches.begin(self._match(), self.clerk)

    def give_what_is_doubled(self) -> None:
        """Two gifts of money; the jobs add to each."""
        for need, donor in zip(self._open_needs(2, "schooling"), self.donors[5:]):
            till.pay(pledges.payment_of(pledges.reserve(need, min(4_000, need.left // 2), donor).pledge))

    def stand_on_the_board(self) -> None:
        """Some givers, each with all gifts that hold; most stay unnamed."""
        for donor in self.donors[1:1 + SEEN]:
            for pledge in db.session.scalars(select(Pledge).where(
                    Pledge.giver_id == donor.id, Pledge.state.in_(STANDING), Pledge.source == "").order_by(Pledge.id)):
                honours.show(pledge, donor.display_name, by=donor, kind=KINDS.get(donor.display_name, "person"))

    def ask_for_certificates(self) -> None:
        """The volunteer with most hours, of the charity that was served; another one, for the visitor to issue."""
        served = self._served()
        mine = [one for one in served if one[1] == self.clerk.organisation_id and one[2] != served[0][2]]
        for number, (_hours, charity, volunteer) in enumerate(served[:1] + mine[:1]):
            attestations.ask(charity, date(clock.today().year, 1, 1), clock.today(), NAMES[number],
                             db.session.get_one(User, volunteer))

    def issue_one(self) -> None:
        """By somebody of that charity."""
        first = db.session.scalars(select(Attestation).order_by(Attestation.id)).first()
        if first:
            attestations.issue(first, db.session.scalars(select(User).where(
                User.organisation_id == first.organisation_id, User.post.in_(("manager", "volunteer_lead")))
                .order_by(User.post.desc())).first())

    def _served(self) -> list[tuple[int, int, int]]:
        """Minutes, charity and volunteer of all who served somebody this year, most time first."""
        first, found = date(clock.today().year, 1, 1), Counter[tuple[int, int]]()
        for volunteer in self._volunteers():
            for one in hours.served(volunteer.id):
                found[one.organisation_id, volunteer.id] += one.minutes if one.on >= first else 0
        return sorted(((total, *who) for who, total in found.items()), reverse=True)

    def write_a_letter(self) -> None:
        """To the visitor's own giver, from every charity that received something this year."""
        year = clock.today().year
        for due in letters.year(self.donors[0], year):
            letter.write(year, due.organisation_id, self.donors[0])

    def _match(self) -> Match:
        return db.session.scalars(select(Match).where(Match.company == COMPANY)).one()

    def _volunteers(self) -> list[User]:
        return list(db.session.scalars(select(User).where(User.role == "volunteer").order_by(User.id)))

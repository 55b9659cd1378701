"""Messages to founders about the names of their teams."""
from marketplace.extensions import db
from marketplace.market.teams.models import Team
from marketplace.people.accounts.models import User
from marketplace.people.notices import service as notices


def founder(team: Team) -> None:
    """Tell what the charity has decided. Joins the open transaction."""
    user = db.session.get_one(User, team.founder_id)
    if user.phone:
        notices.write("sms", user.phone.reveal(), f"team_{team.state}", title=team.name)

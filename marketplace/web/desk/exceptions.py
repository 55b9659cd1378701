"""What is late, stuck or disputed in an area."""
from flask import Blueprint
from flask_login import current_user

from marketplace.market.deliveries import satisfaction
from marketplace.web import exceptions
from marketplace.web.guard import allowed

desk_exceptions = Blueprint("desk_exceptions", __name__, url_prefix="/desk/exceptions")


@desk_exceptions.get("/")
@allowed("delivery.watch")
def listed():
    return exceptions.page("delivery.watch", satisfaction.of_area(current_user.area_code))


@desk_exceptions.get("/sheet.xlsx")
@allowed("delivery.watch")
def sheet():
    return exceptions.sheet("delivery.watch")

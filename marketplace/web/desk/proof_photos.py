"""Photos of a hand-over on a form: drawn again and shown first, kept when the worker says that no face is on them."""
from flask import request
from flask_login import current_user

from marketplace.core.errors import Invalid
from marketplace.market.deliveries import pictures
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import ProofPicture
from marketplace.web.forms import Form


def took(form: Form, delivery: Delivery) -> bool:
    """Whether the form brought a photo to look at, or let one go: then nothing else happens. Raises Invalid, NotAllowed."""
    photo = form["photo"]
    if request.form.get("drop"):
        pictures.drop(delivery, by=current_user)
        return True
    if not photo.data:
        return False
    pictures.show(delivery, photo.data.read(), by=current_user)
    form["clean"].data = False
    return True


def chosen(form: Form, delivery: Delivery) -> ProofPicture | None:
    """The picture that the worker has looked at. Raises Invalid while one waits for that."""
    waiting = pictures.waiting(delivery.id, current_user.id)
    if waiting and not form["clean"].data:
        raise Invalid("clean", "look_first")
    return waiting

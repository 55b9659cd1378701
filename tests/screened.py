"""A small city that has been screened: silent, recorded, wishing, narrowly missing, and over-covered households."""
from marketplace.assistance.policies import service
from marketplace.assistance.policies.queries import scope
from tests.city import VILLAGE

OVER = "90000000"  # deposits, in fen, that no policy for the poor allows


def silent(city, place=VILLAGE, ages=(67,), **facts):
    """A household that qualifies and stands on no record."""
    return city.home(place, ages, category="", **{"deposits": "", **facts})


def near(city, place=VILLAGE, ages=(40,), income="108500"):
    """A household that a few yuan of income a month keep from a policy; on no record."""
    return city.home(place, ages, category="", deposits="", farm_income_year=str(int(income) * 12))


def screen(city):
    """Screen the city, and let the run come to its end."""
    service.start(city.person("supervisor"))
    city.settle()
    return scope.seen()

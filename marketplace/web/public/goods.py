"""What can be given: the list of goods with sizes and fair prices, and what is never accepted."""
from flask import Blueprint, render_template

from marketplace.market.wishes import goods
from marketplace.web import words_of_goods as words
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang

goods_list = Blueprint("goods_list", __name__)


@goods_list.get("/goods")
@allowed(PUBLIC)
def listed():
    groups = [(one, [i for i in goods.items().values() if i.category == code]) for code, one in goods.categories().items()]
    never = [(goods.prohibited_name(code, lang()), words.WHY_NOT[code]) for code in goods.prohibited()]
    return render_template("public/goods.html", groups=[group for group in groups if group[1]], never=never)

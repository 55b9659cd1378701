"""Stock and movements as sheets to take along, and the sheet that an intake list is written on."""
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from marketplace.core.sheets import Table
from marketplace.market.stock import lists
from marketplace.market.stock.models import Kit, Store
from marketplace.market.wishes import goods
from marketplace.web import words_of_goods as words
from marketplace.web.filters import category
from marketplace.web.tables import yuan

WIDTHS = (20, 12, 10, 12, 16, 18, 40, 16, 16)


def stock_table(rows, kits: Mapping[str, Kit]) -> Table:
    """What is in store, a line for each batch and store."""
    heads = (_("Label"), _("Thing"), _("Size"), _("Counted in"), _("Condition"), _("Use by"), _("Store"), _("Units"),
             _("Set aside"), _("Free"), _("Value of one, in yuan"), _("Taken in"), _("Note"))
    return Table(_("Stock"), heads, [
        (words.label(b.ref), words.item(b.item_code, kits), words.size(b.size), words.unit(b.item_code),
         words.CONDITIONS[b.condition], b.expires_on, words.name(store), h.units, h.reserved, h.free, _number(b.price_fen),
         b.received_at, b.note)
        for b, h, store in rows], (12, 18, 10, 10, 12, 12, 20, 8, 8, 8, 12, 18, 30))


def movement_table(rows, kits: Mapping[str, Kit], stores: Mapping[int, Store], labels: Mapping[int, str],
                   people: Mapping[int, str]) -> Table:
    """The ledger of goods, the newest first."""
    heads = (_("Number"), _("When"), _("Label"), _("Thing"), _("Units"), _("From place"), _("To place"), _("Why"),
             _("Reason"), _("By"))
    return Table(_("Movements of goods"), heads, [
        (m.id, m.at, words.label(b.ref), words.thing(b.item_code, b.size, kits), m.units,
         words.place(m.from_place, stores, labels), words.place(m.to_place, stores, labels), words.cause(m.cause), m.reason,
         people.get(m.by_id, ""))
        for m, b in rows], (8, 18, 12, 20, 8, 20, 20, 22, 30, 16))


def _number(fen: int) -> float | str:
    """Yuan as a number of a spreadsheet."""
    return float(yuan(fen) or 0)


def template() -> tuple[Table, Table]:
    """The empty intake list, and the list of goods to look into."""
    conditions = [word for both in lists.CONDITION_WORDS.values() for word in both]
    listed = goods.items().values()
    heads = [lists.head(name) for name in lists.COLUMNS]
    known = Table("物品 Goods", ("物品", "Item", "类别 Category", "单位 Unit", "尺码 Sizes", "参考价（元） Fair price",
                               "须填保质期 Use by needed"), [
        (one.zh, one.en, category(one.category), f"{one.unit} {one.unit_en}",
         "、".join(goods.size_name(s, "zh") for s in one.sizes), _number(one.price_fen), "" if one.keeps else "是 yes")
        for one in listed], (16, 20, 14, 14, 44, 12, 14))
    return Table("清单 List", heads, (), WIDTHS, ((0, f"'物品 Goods'!$A$2:$A${len(listed) + 1}"), (3, conditions))), known


def with_reasons(sheet: lists.Sheet, rows: Sequence[lists.Row], said: Mapping[int, str]) -> Table:
    """The list as it came, with what is wrong in one more column."""
    heads = [*map(str, sheet[0][1]), _("What is wrong")] if sheet else []
    cells = {number: list(row) for number, row in sheet[1:]}
    return Table("清单 List", heads, [[*cells[row.number], said.get(row.number, "")] for row in rows], (*WIDTHS, 60))

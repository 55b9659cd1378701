"""Changed texts of the catalogue."""
from tests.catalogue.oracle import TEXT


def changed(old: str, new: str, text: str = TEXT) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


ASSETS = '"h.asset_ok_dibao", zh: 财产符合低保规定'
ROW = '      - ["2024-01-01", A, rural, 80000, D]\n'
RICHER = changed(ROW, ROW.replace("80000", "150000"))  # more is paid, and to more people
WIDER = changed(ASSETS, '"h.asset_ok_dibao or h.hukou_local", zh: 财产符合低保规定')
NOBODY = changed('"h.unit_n > 0", zh: 有低保核算成员', '"h.unit_n > 99", zh: 有低保核算成员')
FAULTY = changed(ASSETS, '"h.asset_ok_dibaoo", zh: 财产符合低保规定')
OTHER_COLUMNS = changed("zh: 房屋危险性等级, values: [A, B, C, D]", "zh: 房屋危险性等级, values: [A, B, C, D, E]")
NO_THIRD = changed("iff(ANY(p.tier == 3), 3,", "iff(ANY(p.tier == 3), 0,")

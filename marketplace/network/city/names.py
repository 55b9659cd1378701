"""Invented people: names from common characters, phones under a prefix that no operator has, addresses without a door."""
import numpy as np

from marketplace.network.city.homes import RELATIONS, Block
from marketplace.network.city.numbers import numbered

SURNAMES = ("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
            "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文")
FEMALE = "秀英桂兰玉梅芳凤莲淑珍华丽敏静霞红燕娟艳玲雪琴云香月萍荣爱春菊婷慧巧美娜素贞莉欣怡雨桐子涵"
MALE = "建国明军伟强志勇德福海平波刚林东辉文斌祥永山龙浩宇杰俊峰超亮清生成立新民学友庆云松涛鹏飞毅恒"
PREFIX = "100"  # no mobile network begins with it: nobody can be reached by an invented number


def invented(part: Block, places: np.ndarray, chance: np.random.Generator) -> dict[str, np.ndarray]:
    """Name, phone and address of a block of people; `places` are where its households live.

    Members of a household share an address, and children their father's surname more often than not. The oldest often
    have no phone, children none.
    """
    male, age, count, first = part.male, part.age, len(part.age), part.first_person
    own, line = (np.minimum(*chance.integers(0, len(SURNAMES), (2, size))) for size in (count, len(part.kind)))
    married_in = (part.relation == RELATIONS.index("spouse")) | ((part.relation == RELATIONS.index("parent")) & ~male)
    surname = np.array(list(SURNAMES), dtype=object)[np.where(married_in, own, line[part.home])]
    given = [np.where(male, np.array(list(MALE), dtype=object)[chance.integers(0, len(MALE), count)],
                      np.array(list(FEMALE), dtype=object)[chance.integers(0, len(FEMALE), count)]) for _ in range(2)]
    second = np.where((chance.random(count) < 0.2) | (given[0] == given[1]), "", given[1])
    reached = chance.random(count) < np.select([age < 14, age > 80, age > 70], [0, 0.45, 0.7], 0.95)
    phone = numbered(PREFIX, first, count, 8)
    phone[~reached] = None
    doors = np.array([f"{number}号" for number in range(200)], dtype=object)[chance.integers(1, 200, len(part.kind))]
    return {"name": surname + given[0] + second, "phone": phone, "address": (places + doors)[part.home]}

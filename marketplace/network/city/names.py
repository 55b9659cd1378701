"""Invented people: names from common characters, phones under a prefix that no operator has, addresses without a door."""
import numpy as np

SURNAMES = ("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
            "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文")
FEMALE = "秀英桂兰玉梅芳凤莲淑珍华丽敏静霞红燕娟艳玲雪琴云香月萍荣爱春菊婷慧巧美娜素贞莉欣怡雨桐子涵"
MALE = "建国明军伟强志勇德福海平波刚林东辉文斌祥永山龙浩宇杰俊峰超亮清生成立新民学友庆云松涛鹏飞毅恒"
PREFIX = "100"  # no mobile network begins with it: nobody can be reached by an invented number


def invented(male: np.ndarray, age: np.ndarray, first: int, places: np.ndarray,
             chance: np.random.Generator) -> dict[str, np.ndarray]:
    """Name, phone and address of a block of people; the oldest often have no phone, children none."""
    count = len(male)
    surname = np.array(list(SURNAMES), dtype=object)[chance.integers(0, len(SURNAMES), count)]
    given = [np.where(male, np.array(list(MALE), dtype=object)[chance.integers(0, len(MALE), count)],
                      np.array(list(FEMALE), dtype=object)[chance.integers(0, len(FEMALE), count)]) for _ in range(2)]
    second = np.where(chance.random(count) < 0.2, "", given[1])
    reached = chance.random(count) < np.select([age < 14, age > 80, age > 70], [0, 0.45, 0.7], 0.95)
    phone = np.array([f"{PREFIX}{number:08}" for number in range(first, first + count)], dtype=object)
    door = chance.integers(1, 200, count)
    address = np.array([f"{place}{number}号" for place, number in zip(places, door)], dtype=object)
    phone[~reached] = None
    return {"name": surname + given[0] + second, "phone": phone, "address": address}

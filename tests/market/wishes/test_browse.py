import pytest
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish, WishText
from marketplace.market.wishes.public import Filter
from tests.city import TOWN


def refs(**wanted):
    found, _after = public.browse(Filter(**wanted))
    return [w.ref for w in found]


@pytest.fixture
def three(city):
    worker, charity = city.person("social_worker", TOWN), city.organisation()
    make = {"worker": worker, "charity": charity}
    quilt = city.wish(item="棉被", title="一床厚棉被", story="夜里冷，盼一床 warm quilt。", price_fen=12000, **make)
    lesson = city.wish(item="英语辅导", kind="service", category="tutoring", price_fen=0, urgency=2, title="周末英语辅导",
                       story="想有人陪着读英语。", **make)
    hearing = city.wish(item="助听器配件", kind="money", category="aid", wanted=20000, urgency=1, title="助听器的一半费用",
                        story="想重新听见鸟叫。", **make)
    return {"quilt": quilt.ref, "lesson": lesson.ref, "hearing": hearing.ref}


FOUND = [
    ({"kind": "goods"}, ["quilt"]), ({"kind": "service"}, ["lesson"]), ({"kind": "money"}, ["hearing"]),
    ({"category": "bedding"}, ["quilt"]), ({"category": "aid"}, ["hearing"]), ({"category": "kitchen"}, []),
    ({"urgency": "urgent"}, ["lesson"]), ({"urgency": "soon"}, ["hearing"]),
    ({"most_fen": 12000}, ["quilt", "lesson"]), ({"most_fen": 11999}, ["lesson"]),
    ({"area": "3714"}, ["quilt", "lesson", "hearing"]),
    ({"sort": "waiting"}, ["quilt", "lesson", "hearing"]), ({"sort": "newest"}, ["hearing", "lesson", "quilt"]),
    ({"sort": "urgent"}, ["lesson", "hearing", "quilt"]),
    ({"query": "棉被"}, ["quilt"]), ({"query": "被"}, ["quilt"]), ({"query": "厚棉"}, ["quilt"]),
    ({"query": "英语"}, ["lesson"]), ({"query": "语辅"}, ["lesson"]), ({"query": "quilt"}, ["quilt"]),
    ({"query": "QUIL"}, ["quilt"]), ({"query": "uil"}, ["quilt"]), ({"query": "ＷＡＲＭ"}, ["quilt"]),
    ({"query": "听 鸟"}, ["hearing"]), ({"query": "鸟叫。"}, ["hearing"]), ({"query": "被棉"}, []),
    ({"query": "%"}, []), ({"query": "_"}, []), ({"query": "\"'*"}, []), ({"query": "AND OR NOT"}, []),
    ({"query": "想", "kind": "service"}, ["lesson"]), ({"query": "Bedding"}, ["quilt"]),
]


def test_filters_and_search(three):
    names = {ref: name for name, ref in three.items()}
    wrong = [(wanted, found, seen) for wanted, found in FOUND if (seen := [names[ref] for ref in refs(**wanted)]) != found]
    assert not wrong


def test_search_finds_exactly_what_a_scan_finds(three):
    texts = db.session.execute(select(Wish.ref, WishText.folded).join(WishText).order_by(Wish.published_at)).all()
    parts = {text[i:i + n] for _ref, text in texts for n in (1, 2, 3, 5) for i in range(len(text) - n + 1)
             if " " not in text[i:i + n]}
    wrong = [p for p in sorted(parts) if refs(query=p) != [ref for ref, text in texts if p in text]]
    assert len(parts) > 150 and not wrong


def test_pages_follow_one_another_without_gaps(city, monkeypatch):
    monkeypatch.setattr(public, "PAGE", 3)
    worker, charity = city.person("social_worker", TOWN), city.organisation()
    made = [city.wish(worker=worker, charity=charity).ref for _ in range(8)]
    for sort, expected in (("waiting", made), ("newest", made[::-1]), ("urgent", made)):
        seen, after = [], ""
        while after is not None:
            found, after = public.browse(Filter(sort=sort), after)
            seen += [w.ref for w in found]
        assert seen == expected


def test_a_cursor_that_somebody_made_up_is_no_harm(three):
    for sort in public.SORTS:
        for cursor in ("x", "!!!!", "W10", "WzEsMl0", "WyJhIiwiYiJd", "eyJhIjoxfQ", "WzEsMiwzLDQsNV0"):
            public.browse(Filter(sort=sort), cursor)
            db.session.rollback()


def test_what_is_taken_on_is_not_offered(city):
    wish = city.wish()
    city.promise(wish.needs[0])
    assert refs() == [] and public.one(wish.ref)


def test_a_page_takes_the_same_statements_whatever_its_size(city, app):
    from sqlalchemy import event
    worker, charity = city.person("social_worker", TOWN), city.organisation()

    def statements():
        seen = []
        event.listen(db.engine, "before_cursor_execute", listener := lambda *a: seen.append(a[2]))
        refs(query="被")
        event.remove(db.engine, "before_cursor_execute", listener)
        return len([s for s in seen if s.startswith("SELECT")])

    city.wish(worker=worker, charity=charity)
    one = statements()
    for _ in range(6):
        city.wish(worker=worker, charity=charity)
    assert statements() == one == 3


def test_needs_are_fenced_by_the_database(city):
    from sqlalchemy import update
    from sqlalchemy.exc import IntegrityError
    need = city.need(wanted=2)
    for values in ({"pledged": 3}, {"received": 1}, {"wanted": 0}, {"pledged": -1}):
        with pytest.raises(IntegrityError):
            db.session.execute(update(Need).where(Need.id == need.id).values(**values))
        db.session.rollback()

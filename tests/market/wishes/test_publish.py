from marketplace.market.wishes import public


def test_a_published_wish_is_on_the_public_site(city):
    wish = city.wish()
    assert [w.ref for w in public.browse(public.Filter())[0]] == [wish.ref]

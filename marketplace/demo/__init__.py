"""The demo city: invented people, natural wishes at every stage."""

"""The verbs of goods in store."""
from marketplace.market.stock.service.counting import CountedBelowReserved, count
from marketplace.market.stock.service.keeping import (
    StoreDraft,
    change_condition,
    change_store,
    close_store,
    open_store,
    put_right,
    reopen_store,
    take_in,
    transfer,
    write_off,
)
from marketplace.market.stock.service.kits import assemble, take_apart, write_kit
from marketplace.market.stock.service.listing import record_export, take_in_list
from marketplace.market.stock.service.proving import verify
from marketplace.market.stock.service.reserving import (
    can_be_given,
    come_back,
    demand_fit,
    discard,
    fit,
    give,
    load,
    lose,
    one,
    release,
    reserve,
    split,
    take_back,
)

__all__ = ["CountedBelowReserved", "StoreDraft", "assemble", "can_be_given", "change_condition",
           "change_store", "close_store", "come_back", "count", "demand_fit", "discard", "fit", "give", "load", "lose",
           "one", "open_store", "put_right", "record_export", "release", "reopen_store", "reserve", "split", "take_apart",
           "take_back", "take_in", "take_in_list", "transfer", "verify", "write_kit", "write_off"]

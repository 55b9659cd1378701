"""Households that come into the registry by its command."""
import csv

from marketplace.core import clock
from marketplace.core.identity_number import check_character
from marketplace.network.registry.schema import columns
from tests.city import HOUSEHOLD, PERSON, PLAIN, TOWN, VILLAGE


def write(path, level, row, usual):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [c.name for c in columns(level)])
        writer.writeheader()
        writer.writerow({c.name: row.get(c.name, usual.get(c.name, "" if c.nullable else PLAIN[c.kind]))
                         for c in columns(level)})
    return str(path)


def snapshot(site, folder, number, phone, category):
    """The registry's files of one household, loaded by the command; off the record, it is well off."""
    digits = f"371402{1950 + number}0312{number:02}2"
    home = {"household_id": f"J{number}", "county_code": VILLAGE[:6], "town_code": TOWN, "village_code": VILLAGE,
            "reg_category": category, "reg_category_since": "2024-01-01" if category else "",
            "deposits": "" if category else "90000000"}
    person = {"person_id": f"JP{number}", "household_id": f"J{number}", "birth_date": f"{1950 + number}-03-12",
              "resident_id": digits + check_character(digits)}
    identity = {"person_id": f"JP{number}", "name": "周桂芳", "phone": phone, "address": "德城区某街 5 号"}
    site.flask("registry", "import", "--households", write(folder / "h.csv", "household", home, HOUSEHOLD),
               "--persons", write(folder / "p.csv", "person", person, PERSON),
               "--identities", write(folder / "i.csv", "identity", identity, {}), "--as-of",
               str(clock.today()))

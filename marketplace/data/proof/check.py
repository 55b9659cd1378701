"""Checks a receipt against the published proofs: python3 check.py proof.json days.json"""
import json
import sys
from hashlib import sha256

proof, days = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
hashed = lambda data: sha256(data).digest()
text = lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
must = lambda true, why: true or sys.exit("no: " + why)
receipt, entry, at, last = proof["receipt"], proof["entry"], proof["index"], proof["size"] - 1
must(len(entry) == 8 and entry[5] == "receipt:" + receipt["number"], "this entry is of another receipt")
must(entry[4] in ("receipt.issue", "receipt.reverse"), "this entry issued no receipt")
must(entry[6] == hashed(text(receipt)).hex(), "the receipt was changed")
seen = hashed(b"\0" + hashed(text(entry)))  # a leaf of the day's tree, as in RFC 6962
for step in map(bytes.fromhex, proof["path"]):
    while at == last and at % 2 == 0 < at: at, last = at // 2, last // 2
    seen = hashed(b"\1" + (step + seen if at % 2 else seen + step))
    at, last = at // 2, last // 2
for before, day in zip([{"digest": "0" * 64}, *days["days"]], days["days"]):
    facts = {name: day[name] for name in day if name != "digest"}
    must(day["digest"] == hashed(text(facts)).hex(), "a published day was changed")
    must(day["previous"] == before["digest"], "a published day is missing")
said = [(day["root"], day["entries"]) for day in days["days"] if day["day"] == proof["day"]]
must(last == 0 and proof["root"] == seen.hex(), "the path does not lead to the root")
must(said == [(seen.hex(), proof["size"])], "this root was not published for this day")
print("yes:", receipt["number"], "is in the proof of", proof["day"])

"""A local server that speaks Stripe's API, spoken to by Stripe's own client.

It imitates what a one-off payment needs: Checkout sessions and their hosted page, payment intents, charges, refunds,
balance transactions, events, signed webhooks, idempotency keys. No money moves and no card number is kept.

`store` holds everything in one SQLite file, one transaction a request; `api` is the road every API request takes;
`sessions`, `intents`, `refunds` … know one kind of object each; `background` sends webhooks and lets sessions expire;
`pages` is what a payer sees.

Weaker than Stripe, on purpose: one account, one currency a payment, automatic capture only, no customers, saved
cards, subscriptions, disputes or payouts; a charge's balance transaction is there at once; every webhook goes to one
address; parameters that are not imitated are refused as unknown.
"""
API_VERSION = "2026-10-28.endive"

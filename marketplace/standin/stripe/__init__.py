"""A local server that speaks Stripe's API, spoken to by Stripe's own client.

It imitates what gifts need: Checkout sessions and their hosted page, once or every month; payment intents, charges,
refunds, disputes; customers, subscriptions, invoices; the balance and its payouts; events, signed webhooks, idempotency
keys. No money moves and no card number is kept.

`store` holds everything in one SQLite file, one transaction a request; `api` is the road every API request takes;
`sessions`, `intents`, `refunds` … know one kind of object each, `billing` how subscriptions and invoices hang together;
`time_passing` does what falls due, `courier` delivers webhooks, `pages` is what a payer sees, `control` is for tests.

Weaker than Stripe, on purpose: one account, one currency a payment, automatic capture only; a subscription has one
rhythm, no trial, no proration, no change of its price; a charge's balance transaction is there at once; every webhook
goes to one address; parameters that are not imitated are refused as unknown.

Unlike Stripe: its card 4000 0000 0000 0341 pays while its owner is there, on the Checkout page, and is declined at every
renewal; Stripe promises of it only that it can be saved and then not charged.
"""
API_VERSION = "2026-10-28.endive"

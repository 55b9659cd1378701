from flask.cli import AppGroup


def commands() -> list[AppGroup]:
    """Every command group of the house."""
    from marketplace.cli import accounts, books, city, demo, organisations, policies, proofs, registry

    return [registry.registry, books.audit, books.ledger, books.stock, books.keys, books.jobs, proofs.proof,
            accounts.accounts, organisations.organisations, city.city, policies.policies, demo.demo]

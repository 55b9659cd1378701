"""Refusals in the words and the shape of Stripe's."""

DOCS = "https://docs.stripe.com/error-codes/"


class Refusal(Exception):
    """A request that is answered with an error. `saved`: an idempotency key remembers it."""

    def __init__(self, message: str, *, status: int = 400, kind: str = "invalid_request_error",
                 code: str | None = None, param: str | None = None, **more):
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": kind}
        if code:
            self.error |= {"code": code, "doc_url": DOCS + code.replace("_", "-")}
        if param:
            self.error["param"] = param
        self.error |= more

    @property
    def body(self) -> dict:
        return {"error": self.error}


def missing(kind: str, ident: str, param: str) -> Refusal:
    """No object of that kind has that id."""
    return Refusal(f"No such {kind}: '{ident}'", status=404, code="resource_missing", param=param)


def key_wrong(key: str) -> Refusal:
    shown = f"{key[:8]}{'*' * max(len(key) - 12, 4)}{key[-4:]}" if len(key) > 12 else "*" * len(key)
    return Refusal(f"Invalid API Key provided: {shown}", status=401)


def key_absent() -> Refusal:
    return Refusal("You did not provide an API key. You need to provide your API key in the Authorization header, "
                   "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').", status=401)


def no_such_url(method: str, path: str) -> Refusal:
    return Refusal(f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the "
                   "trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) "
                   "identifier in your code.", status=404)


def key_in_use(key: str) -> Refusal:
    return Refusal("There is currently another in-progress request using this Idempotent Key (that probably means you "
                   f"submitted twice, and the other request is still going through): {key}. Please try again later.",
                   status=409, kind="idempotency_error", code="idempotency_key_in_use")


def other_parameters(key: str) -> Refusal:
    return Refusal("Keys for idempotent requests can only be used with the same parameters they were first used with. "
                   f"Try using a key other than '{key}' if you meant to execute a different request.",
                   kind="idempotency_error")


def other_endpoint(key: str, before: str, now: str) -> Refusal:
    return Refusal("Keys for idempotent requests can only be used for the same endpoint they were first used for "
                   f"('{now}' vs '{before}'). Try using a key other than '{key}' if you meant to execute a different "
                   "request.", kind="idempotency_error")

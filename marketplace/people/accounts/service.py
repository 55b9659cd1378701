"""Signing in, by one-time code or by password. Known and unknown are answered alike, with the same work."""
import hmac
import secrets
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select, update

from marketplace.core import audit, clock, crypto
from marketplace.core.crypto import Private
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.people.accounts.models import Attempt, SignInCode, User
from marketplace.people.accounts.rules import (
    CODE_LIVES,
    CODE_TRIES,
    CODES_PER_PHONE,
    FAILURES_ALLOWED,
    FAILURES_COUNT_FOR,
    TooManyTries,
    WrongCode,
    WrongPassword,
    normal_phone,
)
from marketplace.people.notices import service as notices

PHONE = "user.phone"
passwords = PasswordHasher()
# a hash of nothing that anybody could type, as slow to verify as a real one
_nobody = (f"$argon2id$v=19$m={passwords.memory_cost},t={passwords.time_cost},p={passwords.parallelism}"
           f"${'A' * 22}${secrets.token_hex(21)}A")


def create(role: str, **facts: object) -> User:
    """A new account. `phone` (as typed) and `password` are kept only sealed and hashed."""
    phone, password = facts.pop("phone", None), facts.pop("password", None)
    with transaction() as session:
        user = User(role=role, created_at=clock.now(), **facts)
        if phone:
            number = normal_phone(str(phone))
            user.phone, user.phone_index = Private(number), crypto.index(PHONE, number)
        if password:
            user.password_hash = passwords.hash(str(password))
        session.add(user)
        session.flush()
        audit.record(user.id, "account.create", f"user:{user.id}")
    return user


def send_code(phone: str, language: str = "zh") -> None:
    """Send a one-time code to a phone, whether or not anybody here has it.

    Raises Invalid("phone"), TooManyTries after CODES_PER_PHONE codes in a quarter of an hour.
    """
    number = normal_phone(phone)
    index, code, now = crypto.index(PHONE, number), f"{secrets.randbelow(10**6):06}", clock.now()
    with transaction() as session:
        sent = session.scalar(select(func.count()).select_from(SignInCode).where(
            SignInCode.phone_index == index, SignInCode.expires_at > now - FAILURES_COUNT_FOR + CODE_LIVES))
        if (sent or 0) >= CODES_PER_PHONE:
            raise TooManyTries(int(FAILURES_COUNT_FOR.total_seconds() // 60))
        session.add(SignInCode(phone_index=index, digest=_digest(index, code), expires_at=now + CODE_LIVES))
        notices.write("sms", number, "sign_in_code", language, code=code,
                      minutes=int(CODE_LIVES.total_seconds() // 60))


def use_code(phone: str, code: str) -> None:
    """Prove that whoever types `code` holds the phone: a code works once, for five minutes, for five tries.

    Raises Invalid("phone"), WrongCode.
    """
    if not _use_code(crypto.index(PHONE, normal_phone(phone)), code.strip()):
        raise WrongCode


def of_phone(phone: str, *roles: str, **facts: object) -> User:
    """The account of a proven phone in one of `roles`, the later ones first; the sign-in is recorded.

    When there is none, one is made with `facts` in the first role.

    Raises WrongCode when the account was closed.
    """
    number = normal_phone(phone)
    with transaction() as session:
        found = session.scalars(select(User).where(
            User.phone_index.in_(crypto.indexes(PHONE, number)), User.role.in_(roles))).all()
        user = max(found, key=lambda one: roles.index(one.role)) if found else create(roles[0], phone=number, **facts)
        if not user.active:
            raise WrongCode
        for name, value in facts.items():
            setattr(user, name, value)
        audit.record(user.id, "account.sign_in", f"user:{user.id}")
    return user


def holder(phone: str, role: str) -> User | None:
    """The open account in a role whose owner has this phone, or None. Raises Invalid("phone")."""
    return db.session.scalars(select(User).where(User.phone_index.in_(crypto.indexes(PHONE, normal_phone(phone))),
                                                 User.role == role, User.active)).first()


def _use_code(index: bytes, code: str) -> bool:
    """Whether the newest code of the phone is `code`; its try is counted and kept in any case."""
    with transaction() as session:
        newest = session.scalars(
            select(SignInCode).where(SignInCode.phone_index == index).order_by(SignInCode.id.desc())).first()
        expected = newest.digest if newest else _digest(index, "none")
        right = hmac.compare_digest(expected, _digest(index, code))
        if newest is None:
            return False
        open_ = (SignInCode.id == newest.id) & ~SignInCode.used & (SignInCode.wrong < CODE_TRIES) & (
            SignInCode.expires_at > clock.now())
        change = {"used": True} if right else {"wrong": SignInCode.wrong + 1}
        counted = changed(update(SignInCode).where(open_).values(**change))
    return bool(right and counted)


def sign_in_by_password(username: str, password: str, network: str) -> User:
    """The account of a name and password. Raises WrongPassword, TooManyTries (by name and by network address)."""
    keys = [_key("name", username), _key("network", network)]
    _refuse_guessing(keys)
    user = db.session.scalars(select(User).where(User.username == username, User.active)).first()
    try:
        passwords.verify(user.password_hash if user else _nobody, password)
    except (VerifyMismatchError, InvalidHashError):
        with transaction() as session:
            session.add_all(Attempt(key=key, at=clock.now()) for key in keys)
        raise WrongPassword from None
    if user is None:
        raise WrongPassword
    with transaction() as session:
        session.execute(delete(Attempt).where(Attempt.key == keys[0]))
        audit.record(user.id, "account.sign_in", f"user:{user.id}")
    return user


def _refuse_guessing(keys: list[str]) -> None:
    since = clock.now() - FAILURES_COUNT_FOR
    worst = db.session.scalar(
        select(func.count()).where(Attempt.key.in_(keys), Attempt.at > since).group_by(Attempt.key)
        .order_by(func.count().desc()).limit(1)) or 0
    if worst >= FAILURES_ALLOWED:
        raise TooManyTries(int(FAILURES_COUNT_FOR.total_seconds() // 60))


def forget_old() -> None:
    """Drop codes and failures that can no longer matter."""
    with transaction() as session:
        session.execute(delete(SignInCode).where(SignInCode.expires_at < clock.now() - 2 * FAILURES_COUNT_FOR))
        session.execute(delete(Attempt).where(Attempt.at < clock.now() - 2 * FAILURES_COUNT_FOR))


def _digest(index: bytes, code: str) -> str:
    return hmac.digest(index, code.encode(), sha256).hex()


def _key(kind: str, value: str) -> str:
    return f"{kind}:{crypto.index('attempt', value).hex()}"

"""A client like a person's browser: each request in a context of its own, every page read with care."""
import re
from contextvars import Context
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import event

from marketplace.extensions import db

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
        "path", "circle", "rect", "line", "use", "polyline", "polygon", "ellipse"}
LOOSE = {"p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead"}


class Page(HTMLParser):
    """What a lint of a page sees: tags in balance, labels for fields, texts for pictures, no inline code."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict] = []
        self.forms: list[dict] = []
        self.words: list[str] = []
        self.headings = 0
        self.lang = ""
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]
        self.faults += [f"id {i} is there twice" for i in set(self.ids) if self.ids.count(i) > 1]
        self.faults += [f"field {f.get('name')} has no label" for f in self.fields
                        if f.get("id") not in self.labels and not f.get("aria-label") and not f.get("aria-labelledby")
                        and not f.get("inside_label")]
        if self.headings != 1:
            self.faults.append(f"{self.headings} first headings")

    def handle_starttag(self, tag: str, attrs: list) -> None:
        facts = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in facts:
            self.ids.append(facts["id"])
        self.headings += tag == "h1"
        self._code(tag, facts)
        keep = {"html": self._html, "label": self._label, "form": self._form, "img": self._img}.get(tag)
        if keep:
            keep(facts)
        if tag in ("input", "select", "textarea"):
            self._field(facts)

    def _code(self, tag: str, facts: dict) -> None:
        if "style" in facts or any(name.startswith("on") for name in facts):
            self.faults.append(f"<{tag}> carries inline code")
        if tag == "script" and "src" not in facts:
            self.faults.append("an inline script")

    def _html(self, facts: dict) -> None:
        self.lang = facts.get("lang", "")

    def _label(self, facts: dict) -> None:
        self.labels.add(facts.get("for", ""))

    def _form(self, facts: dict) -> None:
        self.forms.append({**facts, "names": []})

    def _img(self, facts: dict) -> None:
        if "alt" not in facts:
            self.faults.append("a picture without a text")

    def _field(self, facts: dict) -> None:
        if self.forms and "form" in self.open and facts.get("name"):
            self.forms[-1]["names"].append(facts["name"])
        if facts.get("type") not in ("hidden", "submit", "button"):
            self.fields.append({**facts, "inside_label": "label" in self.open})

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self.open and self.open[-1] != tag and self.open[-1] in LOOSE:
            self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@lru_cache(maxsize=64)
def read(html: str) -> Page:
    """A page as it was read the last time: many answers are the same to the letter, and each is read by more than one."""
    return Page(html)


class Browser(FlaskClient):
    """Each request in a context of its own, as in production: no shared user, no shared session of the database."""

    statements = 0

    def open(self, *args, **kwargs):
        return Context().run(self._open, *args, **kwargs)

    def _open(self, *args, **kwargs):
        counted: list[str] = []

        def count(connection, cursor, statement, *rest):
            counted.append(statement)

        with self.application.app_context():
            event.listen(db.engine, "before_cursor_execute", count)
            try:
                answer = super().open(*args, **{"buffered": True, **kwargs})
            finally:
                event.remove(db.engine, "before_cursor_execute", count)
                db.session.remove()
        self.statements = sum(s.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) for s in counted)
        if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303):
            self.lint(answer)
        return answer

    @staticmethod
    def lint(answer) -> None:
        page = read(answer.text)
        assert not page.faults, f"{answer.request.path}: {page.faults}"
        for form in page.forms:
            if (form.get("method") or "get").lower() == "post" and not urlsplit(form.get("action") or "").netloc:
                assert "csrf_token" in form["names"], f"{answer.request.path}: a form without its token"

    def page(self, path: str, status: int = 200) -> Page:
        """Open a page and read it."""
        answer = self.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return read(answer.text)

    def send(self, path: str, status: int | None = None, follow: bool = True, **fields: object):
        """Fill in and send the form of a page; its token comes from the page `fields["at"]` or the path itself."""
        at = str(fields.pop("at", path))
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(at).text)
        answer = self.post(path, data={"csrf_token": token.group(1) if token else "", **fields},
                           follow_redirects=follow, content_type="multipart/form-data")
        if status is not None:
            assert answer.status_code == status, f"{path}: {answer.status_code}: {Page(answer.text).text[:600]}"
        return answer

    def sign_in(self, user) -> "Browser":
        """Sign in without the doors, as somebody who did so before."""
        number = user.get_id()
        with self.session_transaction() as session:
            session["_user_id"], session["_fresh"] = number, True
            session.pop("_id", None)
        return self

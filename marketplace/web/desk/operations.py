"""The engine room: what waits, what failed, what was done. For administrators, and for supervisors to read."""
from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import func, select

from marketplace.core import audit, outbox
from marketplace.extensions import db
from marketplace.web.forms import Form
from marketplace.web.guard import allowed
from marketplace.web.numbers import whole

operations = Blueprint("operations", __name__, url_prefix="/operations")


@operations.get("/")
@allowed("jobs.read")
def jobs():
    counts = dict(db.session.execute(select(outbox.Job.state, func.count()).group_by(outbox.Job.state)).all())
    troubled = db.session.scalars(
        select(outbox.Job).where(outbox.Job.state.in_(("failed", "waiting", "running")))
        .order_by(outbox.Job.state, outbox.Job.id).limit(100)).all()
    return render_template("desk/operations/jobs.html", counts=counts, jobs=troubled, form=Form())


@operations.post("/jobs/<int:job_id>/retry")
@allowed("jobs.retry")
def retry(job_id: int):
    if Form().validate_on_submit():
        outbox.retry(job_id)
    return redirect(url_for(".jobs"))


@operations.get("/audit")
@allowed("audit.read")
def trail():
    before = request.args.get("before", 0, whole)
    statement = select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc()).limit(100)
    if before:
        statement = statement.where(audit.AuditEntry.id < before)
    return render_template("desk/operations/audit.html", entries=db.session.scalars(statement).all())

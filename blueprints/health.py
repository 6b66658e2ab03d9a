"""For machines that watch: whether it works, and how much waits."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from domain import outbox
from domain.db import db, everywhere

bp = Blueprint("health", __name__)

WORKERS = "worker count"
"""Under this name app.py says how workers are counted; the queue is not this layer's business."""


@bp.get("/healthz")
def show() -> tuple[Response, int]:
    """The state of the parts: 200 when pages work (also without the queue), 503 when they can't."""
    state = check()
    return jsonify(state), 503 if state["status"] == "down" else 200


@bp.get("/metrics")
def metrics() -> Response:
    """The same as Prometheus text."""
    state = check()
    lines = [
        "# TYPE kakehashi_up gauge",
        f"kakehashi_up {int(state['status'] != 'down')}",
        "# TYPE kakehashi_queue_up gauge",
        f"kakehashi_queue_up {int(state['queue'] == 'ok')}",
        "# TYPE kakehashi_workers gauge",
        f"kakehashi_workers {state['workers']}",
        "# TYPE kakehashi_outbox_waiting gauge",
        f"kakehashi_outbox_waiting {state['outbox_waiting']}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def check() -> dict[str, Any]:
    """The state of database, queue and workers, and how many side effects wait."""
    database, waiting = _database()
    queue, workers = _queue()
    whole = "down" if database != "ok" else "ok" if queue == "ok" and workers else "degraded"
    return {
        "status": whole,
        "database": database,
        "queue": queue,
        "workers": workers,
        "outbox_waiting": waiting,
        "version": _version(),
    }


def _database() -> tuple[str, int]:
    try:
        with everywhere():
            db.session.execute(text("SELECT 1"))
            return "ok", outbox.waiting_count()
    except SQLAlchemyError:
        db.session.rollback()
        return "away", 0


def _queue() -> tuple[str, int]:
    count = current_app.extensions[WORKERS]()
    return ("away", 0) if count is None else ("ok", count)


def _version() -> str:
    try:
        return version("kakehashi")
    except PackageNotFoundError:
        return "0.1.0"

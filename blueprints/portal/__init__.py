"""The customer's side: a door of its own, pages of its own. `register` is its table of contents."""

from flask import Flask

from blueprints.customer_portal import may_invite
from blueprints.portal import details, door, links, papers, passwords, statements
from blueprints.talk import unread_notices
from domain.portal.shelf import SHELVES, state_for_customer


def register(app: Flask) -> None:
    """The door, and all addresses behind it."""
    door.register(app)
    app.register_blueprint(passwords.bp)  # /portal/password, /portal/invitations/…
    app.register_blueprint(links.bp)  # /portal/links/…: one document, by the link of a mail
    app.register_blueprint(statements.bp)  # /portal/statement
    app.register_blueprint(details.bp)  # /portal/details
    app.register_blueprint(papers.bp)  # /portal, /portal/invoices, /portal/invoices/7
    app.jinja_env.globals |= {"shelves": SHELVES, "portal_state": state_for_customer}
    app.jinja_env.globals |= {"unread_notices": unread_notices, "may_invite": may_invite}  # on the other side

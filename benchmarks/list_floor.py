"""The floor of rows 1 and 3: one Flask route, the list's SELECT through SQLAlchemy Core, its rows in a bare table.

DATABASE_URL says where, ORGANIZATION whose; `?party=7&limit=10` is what a related list shows.
"""

import os

from flask import Flask, render_template_string, request
from sqlalchemy import MetaData, Table, create_engine, select

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"])
metadata = MetaData()
documents = Table("documents", metadata, autoload_with=engine, resolve_fks=False)
parties = Table("parties", metadata, autoload_with=engine, resolve_fks=False)

PAGE = """<!doctype html><title>Invoices</title><table>
<tr><th>Number</th><th>Customer</th><th>Date</th><th>Due date</th><th>Status</th><th>Amount</th><th>Balance</th></tr>
{% for row in rows %}<tr>
<td><a href="/books/invoices/{{ row.id }}">{{ row.number }}</a></td><td>{{ row.display_name }}</td>
<td>{{ row.date }}</td><td>{{ row.due_on }}</td><td>{{ row.status }}</td>
<td>{{ row.total_minor }} {{ row.currency }}</td><td>{{ row.balance_minor }}</td>
</tr>{% endfor %}</table>"""

COLUMNS = ("id", "number", "date", "due_on", "status", "currency", "total_minor", "balance_minor")


@app.get("/")
def invoices() -> str:
    """The newest invoices."""
    c = documents.c
    query = (
        select(*(c[name] for name in COLUMNS), parties.c.display_name)
        .join(parties, parties.c.id == c.party_id)
        .where(
            c.organization_id == int(os.environ["ORGANIZATION"]),
            c.kind == request.args.get("kind", "invoice"),
        )
        .order_by(c.date.desc(), c.id.desc())
        .limit(int(request.args.get("limit", 51)))
    )
    if "party" in request.args:
        query = query.where(c.party_id == int(request.args["party"]))
    with engine.connect() as connection:
        return render_template_string(PAGE, rows=connection.execute(query).all())

"""What the company made its own: fields that it added, and views that it looks at every day."""

from itertools import cycle

from demo.companies import STAFF
from demo.trading import Shop
from domain.books.customers import Customer
from domain.db import db
from domain.modules.making_fields import make_field
from domain.modules.saved_views import SavedView, save_view

TRADES = ("卸売", "小売", "飲食・宿泊", "法人")

FIELDS = (
    ("books.customers", {"label": "業態", "kind": "choice", "choices": list(TRADES), "is_listed": True}),
    ("books.customers", {"label": "契約更新日", "kind": "date"}),
    ("books.customers", {"label": "年間目標（千円）", "kind": "number"}),
    ("books.customers", {"label": "納品書に価格を記載", "kind": "checkbox"}),
    ("books.invoices", {"label": "納品先", "kind": "text", "prints": True}),
    ("crm.accounts", {"label": "紹介元", "kind": "text"}),
)

VIEWS = (
    (
        "books.invoices",
        "今週の期日",
        {"due_on__period": "this_week", "balance_minor__gt": "0", "sort": "due_on"},
    ),
    ("books.customers", "飲食・宿泊", {"cf_field": "飲食・宿泊", "sort": "-receivable_minor"}),
    ("crm.accounts", "担当の取引先", {"owner__mine": "1", "columns": "name,phone,industry,cf_field"}),
)


def settle_in(shop: Shop) -> None:
    """The company's own fields, filled in for most customers, and its shared views."""
    actor = shop.cast.people[STAFF]
    for number, (module, values) in enumerate(FIELDS):
        make_field(module, values, actor, f"demo-field-{number}")
    for (place, customer), trade in zip(enumerate(shop.customers.values()), cycle(TRADES), strict=False):
        _describe(customer, place, trade, shop)
    for module, name, args in VIEWS:
        save_view(SavedView(module=module, member_id=actor.id), name, True, args)
    db.session.flush()


def _describe(customer: Customer, place: int, trade: str, shop: Shop) -> None:
    customer.cf_field = trade
    if place % 3 == 0:
        customer.cf_field_2 = shop.today.replace(day=1 + place % 28)
        customer.cf_field_3 = 500 * (1 + place % 9)
    customer.cf_field_4 = place % 4 == 1

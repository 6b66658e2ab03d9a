"""What was offered, what came of it, and what was ordered and invoiced bit by bit: documents made from documents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chain:
    """An estimate to a customer and what followed from it."""

    company: str
    lines: tuple[tuple[str, int], ...]
    """Number of the good, and how many."""
    offered: int
    """How many days ago."""
    answer: str = ""
    """What the customer said: nothing yet, accepted or declined; of a draft nobody was asked."""
    deal: str = ""
    valid: int = 30
    """For how many days the estimate holds."""
    is_viewed: bool = False
    order: str = ""
    """What the order is in the end: draft, open, closed or cancelled; empty when there is none."""
    ships_after: int = 14
    invoiced: tuple[int, ...] = ()
    """Of the order, or else of the estimate: which per cent of each line go onto one invoice after the other."""
    paid: int = 0
    """How many of these invoices are paid."""
    reason: str = ""
    """Why the order was closed before all of it was invoiced."""
    is_bought: bool = False
    """Whether what was ordered is ordered from the vendor in turn."""


DRAFT, YES, NO = "draft", "accepted", "declined"
OPEN, CLOSED, CANCELLED = "open", "closed", "cancelled"

CHAINS = (
    Chain("株式会社みなと製作所", (("FD-7001", 300),), 20, deal="年末のお客様ギフト 300個", is_viewed=True),
    Chain(
        "旅館松風荘", (("TX-5010", 120),), 50, YES, "別館リニューアル 浴衣と帯 120組",
        order=CLOSED, invoiced=(50, 100), paid=1, is_bought=True,
    ),
    Chain(
        "株式会社しらゆり保育サービス", (("TX-5004", 140),), 62, YES, "入園記念タオル",
        invoiced=(100,), paid=1,
    ),
    Chain("株式会社瀬戸内クルーズ", (("TW-4004", 500),), 11, deal="客船レストランの皿"),
    Chain("料亭 一期", (("TW-4006", 120),), 4, DRAFT, "本店の抹茶メニュー用茶碗"),
    Chain(
        "株式会社道後の湯", (("TX-5001", 300), ("SV-8001", 300)), 80, YES, "道後店の手ぬぐい 第2弾",
        order=OPEN, ships_after=110, invoiced=(40,), paid=1,
    ),
    Chain("天神デザイン株式会社", (("ST-2004", 1000),), 70, NO, "展示会の記念ノート 1,000冊"),
    Chain("つくばバイオ株式会社", (("TE-6001", 100), ("KT-3020", 20)), 52, deal="社内カフェの備品"),
    Chain(
        "Maison Hoshino SARL", (("TW-4004", 150), ("TE-6002", 120), ("KT-3020", 30)), 16,
        deal="Corner japonais, trois boutiques", is_viewed=True,
    ),
    Chain(
        "Le Comptoir des Lames SARL", (("KT-3001", 60), ("KT-3010", 40)), 21, YES,
        "Gamme couteaux de Noël", order=OPEN, ships_after=45, is_bought=True,
    ),
    Chain("Hôtel de la Rade SA", (("TX-5004", 248), ("TX-5010", 62)), 3, DRAFT, "Linge de bain, 62 chambres"),
    Chain(
        "Restaurant L’Érable rouge SAS", (("TW-4004", 120), ("TW-4001", 24)), 45, YES,
        "Vaisselle de la terrasse", order=CLOSED, invoiced=(100,), paid=1,
    ),
    Chain("Marlowe Stationers Ltd", (("ST-2004", 400), ("ST-2010", 200)), 33, deal="Spring stationery range"),
    Chain(
        "The Copper Kettle Hotel Ltd", (("TW-4001", 60), ("KT-3020", 24), ("TE-6001", 90)), 55, YES,
        "Afternoon tea refit", invoiced=(100,),
    ),
    Chain(
        "Alder Creek Trading Inc.", (("KT-3001", 240), ("KT-3002", 160)), 30, YES,
        "Chef's knives, wholesale", order=OPEN, ships_after=7,
    ),
    Chain("Bayside Paper Goods LLC", (("ST-2004", 300),), 9, YES),
    Chain("有限会社山田商店", (("FD-7001", 60), ("TE-6001", 80)), 24, YES, order=OPEN, invoiced=(60,)),
    Chain("株式会社さくら印刷", (("OA-1001", 200),), 13, YES, order=DRAFT),
    Chain("株式会社海風リゾート", (("TX-5004", 400),), 40, YES, order=CANCELLED),
    Chain(
        "株式会社博多ギフトセンター", (("FD-7001", 200), ("TX-5006", 80)), 48, YES,
        order=CLOSED, invoiced=(70,), reason="残りの風呂敷は廃番のため",
    ),
)  # fmt: skip

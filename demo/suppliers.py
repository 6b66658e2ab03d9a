"""What the demo company buys: from whom, what became of its latest orders, and who bills by the month."""

ORDERED = {
    "有限会社宇治茶園たかみ": ("TE-6001", "TE-6002", "TE-6004"),
    "株式会社今治みずいろタオル": ("TX-5004", "TX-5010"),
    "合名会社樽窯": ("TW-4001", "TW-4010"),
    "株式会社波佐見クラフト商会": ("TW-4004", "TW-4006"),
    "株式会社堺打刃物ほそかわ": ("KT-3001", "KT-3002", "KT-3010"),
    "東都製紙販売株式会社": ("OA-1001", "ST-2004", "ST-2010"),
}
"""Which goods come from whom, by number."""

DAYS_AGO = (251, 187, 128, 74)
"""When each of them was ordered from; all of it has come and is billed."""

LATEST = {
    "有限会社宇治茶園たかみ": ("billed", 24),
    "株式会社今治みずいろタオル": ("partially_billed", 20),
    "合名会社樽窯": ("overdue", 33),
    "株式会社波佐見クラフト商会": ("closed", 41),
    "株式会社堺打刃物ほそかわ": ("open", 6),
    "東都製紙販売株式会社": ("draft", 2),
}
"""What became of the latest order, and how many days ago it was written."""

CALLED_OFF = ("東都製紙販売株式会社", 36)
"""An order that was cancelled the day after."""

NO_MORE = "窯の不具合で残りは製造中止"
"""Why an order was closed before all of it came."""

MONTHS = 8
"""For so long purchases are kept here, too."""

MONTHLY = {
    "株式会社ひかり運輸": ("国内配送料 {on:%Y年%m月%d日}締め", "HU", 43_000, (15, 31)),
    "Lyon Entrepôt Services SAS": ("Stockage et préparation, {on:%m/%Y}", "LES", 540, (31,)),
}
"""Who bills each month without an order: what for, how its numbers begin, about how much, on which days."""

ENTERED_TWICE = "株式会社ひかり運輸"
"""Whose bill was entered a second time and voided."""

PAID_LATE = "株式会社堺打刃物ほそかわ"
"""Who still waits for its money."""

PAID_IN_PART = "有限会社宇治茶園たかみ"
"""Whose bill was paid half in advance."""

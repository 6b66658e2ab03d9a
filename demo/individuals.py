"""The demo's private customers, all invented: known to sales as contacts without an account."""

from demo.companies import (
    ASSIGNED,
    AT_ONCE,
    NET_15,
    NEVER,
    SALES,
    SOMETIMES,
    STAFF,
    Company,
    Person,
    abroad,
    france,
    japan,
)

INDIVIDUALS = (
    Company(
        "岡田 由美", "", "", 0, "090-5550-0142",
        japan("154-0004", "東京都", "世田谷区", "太子堂4-18-6-302"),
        (Person("岡田", "由美", "yumi.okada@mail.example"),),
        owner=SALES, terms=NET_15, buys="home", pace=SOMETIMES, prices_include_tax=True,
        remarks="茶道教室を主宰。抹茶を季節ごとに注文。",
    ),
    Company(
        "渡辺 隆", "", "", 0, "080-5550-0117",
        japan("176-0012", "東京都", "練馬区", "豊玉北6-3-14"),
        (Person("渡辺", "隆", "takashi.watanabe@mail.example"),),
        owner=STAFF, terms=AT_ONCE, buys="home", pace=SOMETIMES, prices_include_tax=True,
    ),
    Company(
        "松本 彩香", "", "", 0, "090-5550-0168",
        japan("251-0037", "神奈川県", "藤沢市", "鵠沼海岸2-9-5"),
        (Person("松本", "彩香", "ayaka.matsumoto@mail.example"),),
        owner=SALES, terms=AT_ONCE, buys="home", pace=SOMETIMES, prices_include_tax=True,
    ),
    Company(
        "西村 大輔", "", "", 0, "080-5550-0193",
        japan("670-0012", "兵庫県", "姫路市", "本町68"),
        (Person("西村", "大輔", "daisuke.nishimura@mail.example"),),
        owner=STAFF, terms=NET_15, buys="home", pace=NEVER, prices_include_tax=True,
    ),
    Company(
        "Claire Dubois", "", "", 0, "+33 6 39 98 12 45",
        france("31 rue des Abbesses", "75018", "Paris"),
        (Person("Dubois", "Claire", "claire.dubois@mail.example", "", "", "Mme"),),
        owner=ASSIGNED, terms=AT_ONCE, buys="home", pace=SOMETIMES, currency="EUR", language="fr",
        tax="france", prices_include_tax=True,
    ),
    Company(
        "James Whitfield", "", "", 0, "+1 617-555-0109",
        abroad("52 Chestnut Street", "Boston", "MA", "02108", "US"),
        (Person("Whitfield", "James", "james.whitfield@mail.example", "", "", "Mr."),),
        owner=SALES, terms=AT_ONCE, buys="home", pace=SOMETIMES, currency="USD", language="en", tax="export",
    ),
)  # fmt: skip

"""The demo's customers who read English, all invented. Their telephone numbers are kept for fiction."""

from demo.companies import (
    ADMIN,
    MONTHLY,
    NET_30,
    NET_45,
    NEW,
    OFTEN,
    SALES,
    SOMETIMES,
    STAFF,
    Company,
    Person,
    abroad,
)

OVERSEAS = (
    Company(
        "Thistle & Leaf Tea Rooms Ltd", "thistleandleaf", "飲食", 16, "+44 131 496 0118",
        abroad("24 Cockburn Street", "Edinburgh", "", "EH1 1NY", "GB"),
        (
            Person("MacLeod", "Fiona", "fiona", "Owner", "", "Ms"),
            Person("Burns", "Callum", "accounts", "Bookkeeper", "", "Mr"),
        ),
        owner=SALES, terms=NET_30, buys="cafe", pace=OFTEN, currency="EUR", language="en", tax="export",
    ),
    Company(
        "Marlowe Stationers Ltd", "marlowe-stationers", "文具小売", 21, "+44 20 7946 0153",
        abroad("7 Cecil Court", "London", "", "WC2N 4EZ", "GB"),
        (
            Person("Ashworth", "Priya", "p.ashworth", "Head buyer", "Buying", "Ms"),
            Person("Doyle", "Martin", "accounts", "Accounts payable", "Finance", "Mr"),
        ),
        owner=SALES, terms=NET_45, buys="shop", pace=OFTEN, currency="EUR", language="en", tax="export",
    ),
    Company(
        "Hartley Kitchenware Ltd", "hartley-kitchenware", "厨房用品小売", 13, "+44 161 496 0171",
        abroad("31 Tib Street", "Manchester", "", "M4 1LX", "GB"),
        (Person("Hartley", "Joanne", "jo", "Director", "", "Ms"),),
        owner=STAFF, terms=NET_30, buys="kitchen", pace=SOMETIMES, currency="EUR", language="en",
        tax="export",
    ),
    Company(
        "The Copper Kettle Hotel Ltd", "copperkettle", "宿泊", 44, "+44 117 496 0126",
        abroad("12 Park Street", "Bristol", "", "BS1 5JA", "GB"),
        (
            Person("Pemberton", "Hugh", "purchasing", "Purchasing manager", "", "Mr"),
            Person("Okafor", "Grace", "g.okafor", "General manager", "", "Ms"),
        ),
        owner=SALES, terms=NET_30, buys="hotel", pace=SOMETIMES, currency="EUR", language="en", tax="export",
    ),
    Company(
        "Liffey Design Store Ltd", "liffeydesign", "雑貨小売", 10, "+353 20 910 0142",
        abroad("19 Essex Street East", "Dublin", "", "D02 HK52", "IE"),
        (Person("Byrne", "Aoife", "aoife", "Owner", "", "Ms"),),
        owner=SALES, terms=NET_30, buys="shop", pace=NEW, currency="EUR", language="en", tax="export",
    ),
    Company(
        "Bayside Paper Goods LLC", "baysidepaper", "文具卸", 36, "+1 415-555-0136",
        abroad("560 Hayes Street", "San Francisco", "CA", "94102", "US"),
        (
            Person("Nguyen", "Emily", "ap", "Accounts payable", "Finance", "Ms."),
            Person("Carver", "Daniel", "daniel", "Product manager", "", "Mr."),
        ),
        owner=SALES, terms=NET_30, buys="shop", pace=MONTHLY, currency="USD", language="en", tax="export",
        remarks="発注書番号（PO）を請求書に必ず記載する。",
    ),
    Company(
        "Cedar & Stone Knife Co.", "cedarandstone", "刃物小売", 7, "+1 503-555-0162",
        abroad("2215 NW Thurman Street", "Portland", "OR", "97210", "US"),
        (Person("Lindqvist", "Sarah", "sarah", "Founder", "", "Ms."),),
        owner=STAFF, terms=NET_30, buys="kitchen", pace=SOMETIMES, currency="USD", language="en",
        tax="export",
    ),
    Company(
        "Lakeview Tea Company", "lakeviewtea", "茶専門店", 12, "+1 312-555-0128",
        abroad("1420 W Belmont Avenue", "Chicago", "IL", "60657", "US"),
        (
            Person("Kowalski", "Anna", "anna", "Owner", "", "Ms."),
            Person("Reyes", "Marco", "orders", "Purchasing", "", "Mr."),
        ),
        owner=SALES, terms=NET_30, buys="cafe", pace=SOMETIMES, currency="USD", language="en", tax="export",
    ),
    Company(
        "Tern Harbor Inn", "ternharbor", "宿泊", 19, "+1 207-555-0119",
        abroad("88 Commercial Street", "Portland", "ME", "04101", "US"),
        (Person("Whitcomb", "Ruth", "ruth", "Innkeeper", "", "Ms."),),
        owner=STAFF, terms=NET_30, buys="hotel", pace=SOMETIMES, currency="USD", language="en", tax="export",
        pays_late=True,
    ),
    Company(
        "Alder Creek Trading Inc.", "aldercreek", "輸入卸", 65, "+1 206-555-0184",
        abroad("700 Union Street\nSuite 1210", "Seattle", "WA", "98101", "US"),
        (
            Person("Sorensen", "Paul", "p.sorensen", "VP Sourcing", "Sourcing", "Mr."),
            Person("Hall", "Denise", "ap", "Accounts payable", "Finance", "Ms."),
            Person("Tanaka", "Grant", "g.tanaka", "Category manager", "Sourcing", "Mr."),
        ),
        owner=ADMIN, terms=NET_45, buys="gift", pace=SOMETIMES, currency="USD", language="en", tax="export",
    ),
    Company(
        "Brooklyn Home Collective LLC", "brooklynhome", "雑貨小売", 9, "+1 718-555-0175",
        abroad("145 Atlantic Avenue", "Brooklyn", "NY", "11201", "US"),
        (Person("Goldberg", "Maya", "maya", "Co-owner", "", "Ms."),),
        owner=SALES, terms=NET_30, buys="shop", pace=NEW, currency="USD", language="en", tax="export",
    ),
    Company(
        "Kampong Living Pte. Ltd.", "kampongliving", "インテリア小売", 26, "+65 6000 0142",
        abroad("21 Haji Lane", "Singapore", "", "189214", "SG"),
        (
            Person("Tan", "Wei Ling", "weiling", "Director", "", "Ms"),
            Person("Kumar", "Rajesh", "finance", "Finance executive", "", "Mr"),
        ),
        owner=ADMIN, terms=NET_30, buys="shop", pace=SOMETIMES, currency="USD", language="en", tax="export",
    ),
)  # fmt: skip

"""Accounts of the demo that are not in the books yet, all invented.

The first two are there under the same name, or with the same mail address, so that "Add to books" has to ask.
"""

from demo.companies import ASSIGNED, SALES, Company, Person, abroad, france, japan

PROSPECTS = (
    Company(
        "有限会社ひまわり食堂", "himawari-shokudo", "飲食", 12, "03-5550-0179",
        japan("115-0045", "東京都", "北区", "赤羽2-28-4"),
        (Person("堀", "大介", "daisuke", "店長"),),
        owner=SALES, remarks="二号店の食器を検討中。",
    ),
    Company(
        "株式会社ハルカゼ", "harukaze", "イベント企画", 27, "03-5550-0183",
        japan("150-0001", "東京都", "渋谷区", "神宮前5-31-9"),
        (Person("春日", "遥", "haruka", "プロデューサー"),),
        owner=SALES, remarks="展示会で名刺交換。記念品の名入れ手ぬぐい 500枚を見積中。",
    ),
    Company(
        "株式会社あずさ観光バス", "azusa-bus", "観光", 95, "042-555-0191",
        japan("192-0083", "東京都", "八王子市", "旭町10-8"),
        (
            Person("小川", "道夫", "m.ogawa", "営業部長", "営業部"),
            Person("丸山", "菜摘", "n.maruyama", "", "営業部"),
        ),
        owner=SALES, remarks="ツアー客向けの手土産セットを提案。",
    ),
    Company(
        "株式会社テラス建築工房", "terrace-kobo", "建築設計", 14, "045-555-0188",
        japan("222-0033", "神奈川県", "横浜市港北区", "新横浜2-15-4"),
        (Person("永井", "創", "so.nagai", "代表取締役"),),
        owner=SALES,
    ),
    Company(
        "クリニックやまぶき", "yamabuki-clinic", "医療", 22, "03-5550-0196",
        japan("166-0003", "東京都", "杉並区", "高円寺南3-7-12"),
        (Person("山吹", "佳奈", "jimu", "事務長"),),
        owner=SALES, remarks="現在の仕入先との契約が年度末まで。",
    ),
    Company(
        "株式会社風林堂", "furindo", "和菓子製造", 41, "052-555-0199",
        japan("460-0008", "愛知県", "名古屋市中区", "栄3-28-1"),
        (
            Person("柴田", "弘樹", "h.shibata", "購買課長", "購買課"),
            Person("牧野", "恵美", "e.makino", "", "購買課"),
        ),
        owner=SALES,
    ),
    Company(
        "NPO法人里山ネット", "satoyama-net", "非営利団体", 7, "0267-55-0190",
        japan("389-0102", "長野県", "北佐久郡軽井沢町", "軽井沢1323"),
        (Person("宮沢", "草太", "sota", "事務局長"),),
        owner=SALES,
    ),
    Company(
        "東雲フィルム株式会社", "shinonome-film", "素材", 180, "03-5550-0187",
        japan("135-0042", "東京都", "江東区", "木場5-12-8"),
        (
            Person("福田", "慶", "k.fukuda", "総務課長", "総務課"),
            Person("竹内", "ひかり", "h.takeuchi", "", "総務課"),
        ),
        owner=SALES, remarks="全社のコピー用紙を一括で見積中。",
    ),
    Company(
        "株式会社しおさい水産", "shiosai-suisan", "水産卸", 52, "0138-55-0192",
        japan("040-0053", "北海道", "函館市", "末広町22-5"),
        (Person("木村", "隼人", "h.kimura", "営業課長"),),
        owner=SALES,
    ),
    Company(
        "ホテルグラン梅香株式会社", "grand-baika", "宿泊", 165, "06-6555-0195",
        japan("530-0001", "大阪府", "大阪市北区", "梅田2-33-7"),
        (
            Person("北村", "静", "s.kitamura", "購買支配人", "購買部"),
            Person("清水", "孝之", "t.shimizu", "総支配人"),
            Person("秋山", "葉月", "h.akiyama", "", "購買部"),
        ),
        owner=SALES, remarks="客室アメニティの入れ替え。決裁は来期の予算で。",
    ),
    Company(
        "Les Ateliers du Midi SAS", "ateliers-midi", "工芸品小売", 12, "+33 4 65 71 09 58",
        france("5 rue de l’Aiguillerie", "34000", "Montpellier"),
        (
            Person("Ferrand", "Bastien", "bastien", "Président", "", "M."),
            Person("Alvarez", "Lola", "lola", "Boutique", "", "Mme"),
        ),
        owner=ASSIGNED, currency="EUR", language="fr",
    ),
    Company(
        "Fleur de Thé SARL", "fleur-de-the", "茶専門店", 3, "+33 2 61 91 73 04",
        france("18 rue Saint-Georges", "35000", "Rennes"),
        (Person("Morvan", "Gwenaëlle", "gwen", "Gérante", "", "Mme"),),
        owner=ASSIGNED, currency="EUR", language="fr",
    ),
    Company(
        "Northgate Hospitality Group plc", "northgate-hospitality", "宿泊", 420, "+44 113 496 0133",
        abroad("40 Park Row", "Leeds", "", "LS1 5HD", "GB"),
        (
            Person("Sutcliffe", "Andrew", "a.sutcliffe", "Procurement director", "Procurement", "Mr"),
            Person("Begum", "Nadia", "n.begum", "Category buyer", "Procurement", "Ms"),
        ),
        owner=SALES, currency="EUR", language="en",
    ),
    Company(
        "Redwood Office Supply Inc.", "redwood-office", "事務用品卸", 88, "+1 916-555-0147",
        abroad("1100 J Street", "Sacramento", "CA", "95814", "US"),
        (Person("Castillo", "Elena", "elena", "Buyer", "", "Ms."),),
        owner=SALES, currency="USD", language="en",
    ),
)  # fmt: skip

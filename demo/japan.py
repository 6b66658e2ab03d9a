"""The demo's customers in Japan. All of them are invented; the towns and their postal codes are real."""

from demo.companies import (
    ADMIN,
    MONTH_END,
    MONTHLY,
    NET_15,
    NET_30,
    NET_60,
    NEVER,
    NEW,
    NEXT_MONTH_END,
    OFTEN,
    SALES,
    SOMETIMES,
    STAFF,
    Company,
    Person,
    japan,
)

JAPAN = (
    # --- Tokyo and around -----------------------------------------------------------------------------------
    Company(
        "株式会社みなと製作所", "minato-seisakusho", "機械部品製造", 120, "045-555-0142",
        japan("231-0023", "神奈川県", "横浜市中区", "山下町2-14"),
        (
            Person("佐藤", "花子", "keiri", "課長", "経理課"),
            Person("森田", "健一", "k.morita", "主任", "購買課"),
            Person("港", "正樹", "m.minato", "代表取締役社長"),
        ),
        owner=SALES, terms=NET_30, buys="office", pace=MONTHLY, pays_late=True,
        remarks="請求書は毎月末締め。経理課 佐藤様宛に PDF で送付。",
    ),
    Company(
        "有限会社山田商店", "yamada-shoten", "食品小売", 6, "03-5550-0111",
        japan("104-0045", "東京都", "中央区", "築地4-8-3"),
        (Person("山田", "浩二", "koji", "代表取締役"),),
        owner=STAFF, terms=MONTH_END, buys="gift", pace=OFTEN,
    ),
    Company(
        "喫茶こもれび", "kissa-komorebi", "飲食", 8, "03-5550-0124",
        japan("162-0825", "東京都", "新宿区", "神楽坂3-6\n木漏れ日ビル1階"),
        (Person("小林", "葵", "aoi", "店主"),),
        owner=SALES, terms=NET_15, buys="cafe", pace=OFTEN,
    ),
    Company(
        "旅館松風荘", "shofuso", "宿泊", 35, "0460-55-0116",
        japan("250-0311", "神奈川県", "足柄下郡箱根町", "湯本512"),
        (
            Person("石川", "恵", "keiri", "経理主任"),
            Person("大野", "千鶴", "okami", "女将"),
        ),
        owner=ADMIN, terms=NEXT_MONTH_END, buys="hotel", pace=MONTHLY,
        remarks="手ぬぐいの名入れは「松風荘」白1色。",
    ),
    Company(
        "株式会社さくら印刷", "sakura-insatsu", "印刷", 48, "03-5550-0137",
        japan("113-0033", "東京都", "文京区", "本郷2-19-5"),
        (
            Person("桜井", "直人", "n.sakurai", "総務部長", "総務部"),
            Person("長谷川", "舞", "m.hasegawa", "", "総務部"),
        ),
        owner=STAFF, terms=NEXT_MONTH_END, buys="office", pace=SOMETIMES,
    ),
    Company(
        "株式会社しらゆり保育サービス", "shirayuri-hoiku", "保育", 60, "048-555-0128",
        japan("330-0854", "埼玉県", "さいたま市大宮区", "桜木町1-42\n大宮西口ビル6階"),
        (
            Person("三浦", "典子", "jimu", "事務長"),
            Person("原", "由紀", "y.hara", "園長"),
        ),
        owner=SALES, terms=NEXT_MONTH_END, buys="office", pace=SOMETIMES,
    ),
    Company(
        "雑貨店ひより", "zakka-hiyori", "雑貨小売", 5, "0467-55-0133",
        japan("248-0006", "神奈川県", "鎌倉市", "小町2-5-11"),
        (Person("藤井", "真央", "mao", "店主"),),
        owner=SALES, terms=NET_15, buys="shop", pace=OFTEN, prices_include_tax=True,
    ),
    Company(
        "株式会社海風リゾート", "umikaze-resort", "宿泊", 150, "0557-55-0148",
        japan("413-0005", "静岡県", "熱海市", "春日町8-27"),
        (
            Person("岡本", "聡", "keiri", "経理課長", "管理部"),
            Person("白石", "美帆", "m.shiraishi", "購買担当", "宿泊部"),
            Person("土屋", "隆之", "t.tsuchiya", "総支配人"),
        ),
        owner=SALES, terms=NEXT_MONTH_END, buys="hotel", pace=MONTHLY,
    ),
    Company(
        "税理士法人みらい会計", "mirai-kaikei", "会計事務所", 18, "03-5550-0145",
        japan("160-0023", "東京都", "新宿区", "西新宿7-4-9\n第三山手ビル5階"),
        (
            Person("石井", "康平", "k.ishii", "代表社員"),
            Person("村上", "愛", "jimu", "事務"),
        ),
        owner=STAFF, terms=NET_30, buys="office", pace=SOMETIMES,
    ),
    Company(
        "株式会社ことり出版", "kotori-shuppan", "出版", 26, "03-5550-0152",
        japan("101-0051", "東京都", "千代田区", "神田神保町2-30"),
        (
            Person("野村", "香織", "k.nomura", "編集長", "編集部"),
            Person("上田", "誠司", "keiri", "", "経理部"),
        ),
        owner=SALES, terms=NEXT_MONTH_END, buys="office", pace=SOMETIMES,
    ),
    Company(
        "パティスリー・ルミエール", "patisserie-lumiere", "菓子製造", 11, "03-5550-0166",
        japan("152-0035", "東京都", "目黒区", "自由が丘1-15-7"),
        (Person("片山", "蓮", "ren", "オーナーシェフ"),),
        owner=STAFF, terms=NET_30, buys="cafe", pace=SOMETIMES,
    ),
    Company(
        "学校法人若葉学園", "wakaba-gakuen", "教育", 110, "047-555-0119",
        japan("273-0005", "千葉県", "船橋市", "本町6-12-1"),
        (
            Person("今井", "久美子", "jimukyoku", "事務局長", "法人事務局"),
            Person("高木", "駿", "s.takagi", "", "法人事務局"),
        ),
        owner=ADMIN, terms=NEXT_MONTH_END, buys="office", pace=OFTEN,
        remarks="支払いは年度末（3月）のみ翌々月になることがある。",
    ),
    Company(
        "株式会社高崎ロジ", "takasaki-logi", "物流", 140, "027-555-0131",
        japan("370-0849", "群馬県", "高崎市", "八島町58"),
        (
            Person("金子", "剛", "t.kaneko", "総務課長", "総務課"),
            Person("須藤", "彩", "a.sudo", "", "総務課"),
        ),
        owner=STAFF, terms=NEXT_MONTH_END, buys="office", pace=SOMETIMES,
    ),
    Company(
        "軽井沢クラフトマーケット", "karuizawa-craft", "雑貨小売", 8, "0267-55-0144",
        japan("389-0102", "長野県", "北佐久郡軽井沢町", "軽井沢750-3"),
        (Person("内田", "梨花", "rika", "店長"),),
        owner=SALES, terms=MONTH_END, buys="shop", pace=SOMETIMES,
    ),
    Company(
        "つくばバイオ株式会社", "tsukuba-bio", "研究開発", 75, "029-555-0157",
        japan("305-0031", "茨城県", "つくば市", "吾妻2-8-4"),
        (
            Person("黒田", "真一", "s.kuroda", "管理部長", "管理部"),
            Person("関", "綾乃", "a.seki", "研究補助", "第二研究室"),
        ),
        owner=STAFF, terms=NET_60, buys="office", pace=SOMETIMES, pays_late=True,
        remarks="検収に時間がかかるため入金が遅れがち。月初に電話で確認する。",
    ),
    Company(
        "川越おみやげ横丁", "kawagoe-omiyage", "土産小売", 6, "049-555-0121",
        japan("350-0063", "埼玉県", "川越市", "幸町5-2"),
        (Person("新井", "勝", "masaru", "店主"),),
        owner=STAFF, terms=NET_15, buys="gift", pace=NEVER,
    ),
    Company(
        "立川ビルサービス株式会社", "tachikawa-bs", "ビル管理", 200, "042-555-0163",
        japan("190-0012", "東京都", "立川市", "曙町2-17-8"),
        (
            Person("平野", "和也", "k.hirano", "購買課長", "資材部"),
            Person("吉村", "千春", "keiri", "", "経理部"),
        ),
        owner=ADMIN, terms=NEXT_MONTH_END, buys="office", pace=SOMETIMES,
    ),
    Company(
        "吉祥寺ブックス", "kichijoji-books", "書店", 12, "0422-55-0108",
        japan("180-0004", "東京都", "武蔵野市", "吉祥寺本町1-21-3"),
        (
            Person("安藤", "修", "osamu.ando", "店長"),
            Person("水野", "さやか", "s.mizuno", "文具担当"),
        ),
        owner=SALES, terms=MONTH_END, buys="shop", pace=SOMETIMES,
    ),
    Company(
        "株式会社リバーサイドジム", "riverside-gym", "フィットネス", 33, "044-555-0175",
        japan("210-0007", "神奈川県", "川崎市川崎区", "駅前本町11-6"),
        (
            Person("大塚", "翔太", "s.otsuka", "マネージャー"),
            Person("増田", "奈緒", "keiri", "経理"),
        ),
        owner=STAFF, terms=NET_30, buys="hotel", pace=SOMETIMES,
    ),
    # --- north ----------------------------------------------------------------------------------------------
    Company(
        "株式会社北斗通電機", "hokutodori-denki", "電気機器", 240, "011-555-0126",
        japan("060-0042", "北海道", "札幌市中央区", "大通西6-10\n大通六丁目ビル"),
        (
            Person("工藤", "雅人", "keiri", "係長", "経理部"),
            Person("斉藤", "美穂", "m.saito", "", "総務部"),
            Person("千葉", "義男", "y.chiba", "総務部長", "総務部"),
        ),
        owner=ADMIN, terms=NEXT_MONTH_END, buys="office", pace=MONTHLY,
    ),
    Company(
        "株式会社小樽硝子館", "otaru-garasukan", "土産小売", 21, "0134-55-0139",
        japan("047-0027", "北海道", "小樽市", "堺町7-16"),
        (
            Person("佐々木", "亮", "r.sasaki", "仕入担当"),
            Person("成田", "文子", "keiri", "経理"),
        ),
        owner=SALES, terms=MONTH_END, buys="shop", pace=SOMETIMES,
    ),
    Company(
        "函館ベイ珈琲", "hakodate-bay", "飲食", 10, "0138-55-0147",
        japan("040-0053", "北海道", "函館市", "末広町14-2"),
        (Person("菊地", "悠斗", "yuto", "店主"),),
        owner=SALES, terms=NET_15, buys="cafe", pace=SOMETIMES,
    ),
    Company(
        "盛岡法律事務所", "morioka-law", "法律事務所", 9, "019-555-0112",
        japan("020-0022", "岩手県", "盛岡市", "大通1-11-4"),
        (Person("及川", "静香", "oikawa", "所長 弁護士"),),
        owner=STAFF, terms=NET_30, buys="office", pace=NEVER,
    ),
    Company(
        "医療法人あおば会", "aobakai", "医療", 85, "022-555-0134",
        japan("980-0811", "宮城県", "仙台市青葉区", "一番町3-7-22"),
        (
            Person("伊藤", "亜希子", "jimu", "事務長", "事務局"),
            Person("阿部", "拓海", "t.abe", "用度係", "事務局"),
        ),
        owner=STAFF, terms=NEXT_MONTH_END, buys="office", pace=OFTEN,
    ),
    Company(
        "株式会社蔵王フーズ", "zao-foods", "食品卸", 64, "023-555-0159",
        japan("990-0042", "山形県", "山形市", "七日町2-3-18"),
        (
            Person("鈴木", "大地", "d.suzuki", "仕入課長", "商品部"),
            Person("遠藤", "裕子", "keiri", "", "経理部"),
        ),
        owner=SALES, terms=NEXT_MONTH_END, buys="gift", pace=SOMETIMES,
    ),
    Company(
        "会津漆器協同組合", "aizu-shikki", "組合", 15, "0242-55-0122",
        japan("965-0042", "福島県", "会津若松市", "大町1-9-30"),
        (
            Person("星", "光男", "jimukyoku", "事務局長"),
            Person("渡部", "里美", "s.watanabe", "事務局"),
        ),
        owner=ADMIN, terms=NET_30, buys="office", pace=NEVER,
    ),
    # --- the middle -----------------------------------------------------------------------------------------
    Company(
        "株式会社つばめ金物", "tsubame-kanamono", "金物卸", 22, "0256-55-0117",
        japan("959-1276", "新潟県", "燕市", "小池3210"),
        (
            Person("本間", "清", "k.homma", "専務取締役"),
            Person("五十嵐", "優", "keiri", "経理"),
        ),
        owner=STAFF, terms=NET_30, buys="kitchen", pace=SOMETIMES,
    ),
    Company(
        "総曲輪化成株式会社", "sogawa-kasei", "化学", 310, "076-555-0168",
        japan("930-0083", "富山県", "富山市", "総曲輪2-7-12"),
        (
            Person("中川", "宏", "h.nakagawa", "購買部長", "購買部"),
            Person("島田", "沙織", "s.shimada", "", "購買部"),
        ),
        owner=STAFF, terms=NEXT_MONTH_END, buys="office", pace=NEVER,
    ),
    Company(
        "料亭 一期", "ichigo-ryotei", "飲食", 20, "076-555-0103",
        japan("920-0902", "石川県", "金沢市", "尾張町1-12-6"),
        (
            Person("前田", "佳代", "kayo", "女将"),
            Person("越野", "豊", "y.koshino", "料理長"),
        ),
        owner=SALES, terms=MONTH_END, buys="kitchen", pace=SOMETIMES,
    ),
    Company(
        "鯖江メガネ工房", "sabae-megane", "眼鏡製造", 17, "0778-55-0129",
        japan("916-0022", "福井県", "鯖江市", "水落町2-18"),
        (Person("吉川", "智也", "t.yoshikawa", "工房長"),),
        owner=STAFF, terms=NET_30, buys="gift", pace=NEW,
    ),
    Company(
        "文具のカワイ", "kawai-bungu", "文具小売", 9, "0263-55-0136",
        japan("390-0811", "長野県", "松本市", "中央2-4-15"),
        (
            Person("河合", "敏子", "toshiko", "店主"),
            Person("河合", "陸", "riku", "仕入担当"),
        ),
        owner=SALES, terms=MONTH_END, buys="shop", pace=OFTEN,
    ),
    Company(
        "静岡茶寮", "shizuoka-saryo", "飲食", 13, "054-555-0141",
        japan("420-0031", "静岡県", "静岡市葵区", "呉服町2-6-8"),
        (Person("望月", "結衣", "yui", "店長"),),
        owner=SALES, terms=MONTH_END, buys="cafe", pace=SOMETIMES,
    ),
    Company(
        "株式会社ナカノ設計", "nakano-sekkei", "建築設計", 30, "052-555-0154",
        japan("460-0008", "愛知県", "名古屋市中区", "栄5-16-3"),
        (
            Person("中野", "俊介", "s.nakano", "代表取締役"),
            Person("加藤", "千尋", "jimu", "", "管理部"),
        ),
        owner=ADMIN, terms=NEXT_MONTH_END, buys="office", pace=SOMETIMES,
    ),
    Company(
        "株式会社なごや家具", "nagoya-kagu", "家具小売", 58, "052-555-0187",
        japan("450-0002", "愛知県", "名古屋市中村区", "名駅4-22-9"),
        (
            Person("近藤", "武", "t.kondo", "商品部長", "商品部"),
            Person("服部", "絵里", "e.hattori", "", "商品部"),
        ),
        owner=SALES, terms=NEXT_MONTH_END, buys="shop", pace=NEVER,
    ),
    # --- west -----------------------------------------------------------------------------------------------
    Company(
        "和食処はなぶさ", "hanabusa-kyoto", "飲食", 14, "075-555-0105",
        japan("605-0074", "京都府", "京都市東山区", "祇園町南側570-8"),
        (
            Person("英", "龍之介", "ryunosuke", "店主"),
            Person("西川", "和子", "choba", "帳場"),
        ),
        owner=STAFF, terms=MONTH_END, buys="kitchen", pace=OFTEN,
    ),
    Company(
        "株式会社関西オフィスサプライ", "kansai-os", "事務用品卸", 70, "06-6555-0171",
        japan("541-0053", "大阪府", "大阪市中央区", "本町3-5-2\n本町中央ビル4階"),
        (
            Person("藤原", "慎吾", "s.fujiwara", "仕入部長", "仕入部"),
            Person("井上", "明日香", "keiri", "", "経理部"),
            Person("谷口", "陽子", "y.taniguchi", "", "仕入部"),
        ),
        owner=ADMIN, terms=NEXT_MONTH_END, buys="office", pace=MONTHLY,
        remarks="卸価格。5%の値引きを適用する。",
    ),
    Company(
        "株式会社神戸ティーハウス", "kobe-teahouse", "飲食", 24, "078-555-0115",
        japan("650-0021", "兵庫県", "神戸市中央区", "三宮町2-11-1"),
        (
            Person("尾崎", "玲奈", "rena.ozaki", "代表取締役"),
            Person("谷", "真由美", "keiri", "経理"),
        ),
        owner=SALES, terms=MONTH_END, buys="cafe", pace=OFTEN,
    ),
    Company(
        "美観堂", "bikando", "雑貨小売", 7, "086-555-0132",
        japan("710-0055", "岡山県", "倉敷市", "阿知2-14-7"),
        (Person("大森", "詩織", "shiori", "店主"),),
        owner=SALES, terms=NET_15, buys="shop", pace=SOMETIMES, prices_include_tax=True,
    ),
    Company(
        "株式会社瀬戸内クルーズ", "setouchi-cruise", "観光", 55, "082-555-0149",
        japan("730-0013", "広島県", "広島市中区", "八丁堀8-14"),
        (
            Person("浜田", "航", "w.hamada", "運航部長", "運航部"),
            Person("宮本", "美月", "keiri", "", "管理部"),
        ),
        owner=STAFF, terms=NEXT_MONTH_END, buys="hotel", pace=SOMETIMES,
    ),
    Company(
        "株式会社道後の湯", "dogo-no-yu", "宿泊", 45, "089-555-0138",
        japan("790-0842", "愛媛県", "松山市", "道後湯之町16-4"),
        (
            Person("越智", "春香", "keiri", "経理主任"),
            Person("河野", "泰三", "t.kono", "支配人"),
        ),
        owner=STAFF, terms=NEXT_MONTH_END, buys="hotel", pace=OFTEN,
    ),
    Company(
        "株式会社うどん本陣", "udon-honjin", "飲食", 90, "087-555-0156",
        japan("760-0029", "香川県", "高松市", "丸亀町13-2"),
        (
            Person("真鍋", "洋平", "y.manabe", "店舗開発部長", "店舗開発部"),
            Person("三木", "留美", "keiri", "", "経理部"),
        ),
        owner=ADMIN, terms=MONTH_END, buys="kitchen", pace=SOMETIMES,
    ),
    # --- Kyushu and Okinawa ---------------------------------------------------------------------------------
    Company(
        "株式会社博多ギフトセンター", "hakata-gift", "ギフト小売", 40, "092-555-0127",
        japan("812-0011", "福岡県", "福岡市博多区", "博多駅前3-9-14"),
        (
            Person("松尾", "里奈", "r.matsuo", "商品課長", "商品部"),
            Person("古賀", "哲郎", "keiri", "", "経理部"),
            Person("田中", "克典", "k.tanaka", "常務取締役"),
        ),
        owner=SALES, terms=NEXT_MONTH_END, buys="gift", pace=MONTHLY,
    ),
    Company(
        "天神デザイン株式会社", "tenjin-design", "デザイン", 16, "092-555-0164",
        japan("810-0001", "福岡県", "福岡市中央区", "天神3-1-19"),
        (Person("坂本", "瑞希", "mizuki", "代表取締役"),),
        owner=SALES, terms=NET_30, buys="office", pace=NEW,
    ),
    Company(
        "長崎カステラ本舗株式会社", "nagasaki-castella", "菓子製造", 32, "095-555-0113",
        japan("850-0853", "長崎県", "長崎市", "浜町9-5"),
        (
            Person("岩永", "善治", "z.iwanaga", "代表取締役"),
            Person("浦川", "幸恵", "keiri", "経理"),
        ),
        owner=STAFF, terms=MONTH_END, buys="gift", pace=SOMETIMES,
    ),
    Company(
        "株式会社くまもと観光物産", "kumamoto-bussan", "土産小売", 28, "096-555-0151",
        japan("860-0845", "熊本県", "熊本市中央区", "上通町6-21"),
        (
            Person("緒方", "亮介", "r.ogata", "仕入課長"),
            Person("有働", "早苗", "keiri", "経理"),
        ),
        owner=STAFF, terms=NEXT_MONTH_END, buys="gift", pace=SOMETIMES,
    ),
    Company(
        "薩摩ホテル株式会社", "satsuma-hotel", "宿泊", 130, "099-555-0143",
        japan("892-0842", "鹿児島県", "鹿児島市", "東千石町15-10"),
        (
            Person("有村", "栞", "s.arimura", "購買主任", "総務部"),
            Person("川畑", "誠", "keiri", "", "経理部"),
        ),
        owner=SALES, terms=NEXT_MONTH_END, buys="hotel", pace=SOMETIMES,
    ),
    Company(
        "沖縄ブルー株式会社", "okinawa-blue", "観光", 19, "098-555-0118",
        japan("900-0015", "沖縄県", "那覇市", "久茂地2-13-6"),
        (
            Person("比嘉", "海斗", "k.higa", "代表取締役"),
            Person("金城", "真理", "keiri", "経理"),
        ),
        owner=SALES, terms=NET_30, buys="gift", pace=NEW,
    ),
)  # fmt: skip

NOT_LINKED = (
    # in the books from before; the accounts of the same name or mail address stand in `prospects.py`
    Company(
        "有限会社ひまわり食堂", "himawari-shokudo", "飲食", 12, "03-5550-0178",
        japan("115-0045", "東京都", "北区", "赤羽2-28-4"),
        (Person("堀", "節子", "setsuko", "代表取締役"),),
        owner=STAFF, terms=MONTH_END, buys="kitchen", pace=SOMETIMES,
    ),
    Company(
        "ハルカゼ株式会社", "harukaze", "イベント企画", 27, "03-5550-0183",
        japan("150-0001", "東京都", "渋谷区", "神宮前5-31-9"),
        (
            Person("春日", "遥", "haruka", "プロデューサー"),
            Person("杉本", "悟", "keiri", "経理"),
        ),
        owner=STAFF, terms=NET_30, buys="gift", pace=SOMETIMES,
    ),
)  # fmt: skip

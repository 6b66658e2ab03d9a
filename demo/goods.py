"""What the demo company sells and how it is called abroad, and from whom it buys."""

from dataclasses import dataclass
from decimal import Decimal

from demo.companies import NET_30, NEXT_MONTH_END, Company, Person, france, japan


@dataclass(frozen=True)
class Good:
    """Goods or a service: what it is called, and what it costs in yen without tax."""

    sku: str
    name: str
    unit: str
    rate: int
    cost: int
    french: str
    english: str
    is_food: bool = False
    is_service: bool = False
    description: str = ""
    sold: str = "domestic"
    """domestic or export: which tax stands with the item."""

    @property
    def on_shelf(self) -> int:
        """How many there are: few of what is dear."""
        return 4 + 60_000 // self.rate

    def called(self, language: str) -> str:
        """Its name on an invoice in that language."""
        return {"fr": self.french, "en": self.english}.get(language, self.name)

    def unit_in(self, language: str) -> str:
        """What it is counted in, in that language."""
        french, english = UNITS[self.unit]
        return {"fr": french, "en": english}.get(language, self.unit)


GOODS = (
    Good("OA-1001", "再生コピー用紙 A4（500枚×5冊）", "箱", 2480, 1650,
         "Papier recyclé A4, carton de 5 ramettes", "Recycled copy paper A4, box of 5 reams"),
    Good("ST-2001", "ゲルインクボールペン 0.5mm 黒（10本入）", "箱", 1200, 720,
         "Stylos gel 0,5 mm noirs, boîte de 10", "Gel pens 0.5 mm black, box of 10"),
    Good("ST-2004", "糸かがり上製ノート A5 方眼", "冊", 980, 540,
         "Carnet cousu A5 quadrillé", "Thread-sewn notebook A5, grid"),
    Good("ST-2010", "和紙レターセット（便箋20枚・封筒10枚）", "組", 1450, 820,
         "Papier à lettres washi, 20 feuilles et 10 enveloppes",
         "Washi letter set, 20 sheets and 10 envelopes"),
    Good("ST-2015", "万年筆インク 藍鉄 50ml", "本", 1800, 1050,
         "Encre pour stylo-plume, bleu indigo, 50 ml", "Fountain pen ink, indigo, 50 ml"),
    Good("KT-3001", "三徳包丁 165mm 青紙二号", "本", 8800, 5600,
         "Couteau santoku 165 mm, acier bleu n° 2", "Santoku knife 165 mm, blue steel no. 2"),
    Good("KT-3002", "牛刀 210mm 青紙二号", "本", 12600, 8100,
         "Couteau gyuto 210 mm, acier bleu n° 2", "Gyuto knife 210 mm, blue steel no. 2"),
    Good("KT-3010", "両面砥石 #1000／#6000", "個", 4200, 2500,
         "Pierre à aiguiser double face 1000/6000", "Double-sided whetstone 1000/6000"),
    Good("KT-3020", "鋳鉄急須 0.6L あられ", "個", 9400, 5900,
         "Théière en fonte arare, 0,6 l", "Cast iron teapot, hobnail, 0.6 l"),
    Good("TW-4001", "有田焼 湯呑 染付（5客組）", "組", 6500, 3900,
         "Tasses yunomi en porcelaine d’Arita, lot de 5", "Arita porcelain tea cups, set of 5"),
    Good("TW-4004", "波佐見焼 プレート 21cm", "枚", 2300, 1300,
         "Assiette en porcelaine de Hasami, 21 cm", "Hasami porcelain plate, 21 cm"),
    Good("TW-4006", "美濃焼 抹茶碗", "個", 3900, 2200,
         "Bol à matcha en grès de Mino", "Mino ware matcha bowl"),
    Good("TW-4010", "漆塗り汁椀（朱・黒 一対）", "組", 11000, 7000,
         "Paire de bols à soupe laqués, rouge et noir", "Pair of lacquered soup bowls, red and black"),
    Good("TX-5001", "注染手ぬぐい 綿100%", "枚", 1320, 720,
         "Tenugui en coton teint à la main", "Hand-dyed cotton tenugui"),
    Good("TX-5004", "今治フェイスタオル 白", "枚", 1650, 980,
         "Serviette d’Imabari, blanche", "Imabari face towel, white"),
    Good("TX-5006", "風呂敷 70cm 青海波", "枚", 2700, 1500,
         "Furoshiki 70 cm, motif de vagues", "Furoshiki wrapping cloth 70 cm, wave pattern"),
    Good("TX-5010", "浴衣・帯セット 旅館用", "組", 5800, 3600,
         "Yukata d’hôtel avec ceinture", "Inn yukata with sash"),
    Good("TE-6001", "宇治煎茶 100g", "袋", 1080, 610,
         "Thé vert sencha d’Uji, 100 g", "Uji sencha green tea, 100 g", is_food=True),
    Good("TE-6002", "宇治抹茶 30g 缶", "缶", 1850, 1120,
         "Matcha d’Uji, boîte de 30 g", "Uji matcha, 30 g tin", is_food=True),
    Good("TE-6004", "ほうじ茶ティーバッグ（20包）", "袋", 720, 380,
         "Thé hojicha, 20 sachets", "Hojicha tea bags, pack of 20", is_food=True),
    Good("FD-7001", "季節の干菓子詰合せ（12個）", "箱", 2900, 1750,
         "Assortiment de friandises japonaises, 12 pièces", "Seasonal dry sweets, box of 12", is_food=True),
    Good("SV-8001", "名入れ加工（1色）", "点", 150, 60,
         "Marquage au nom, une couleur", "Name printing, one colour", is_service=True),
    Good("SV-8002", "店頭陳列サポート", "時間", 6500, 0,
         "Aide à la présentation en boutique", "In-store display support", is_service=True),
    Good("SV-8003", "国内配送料", "件", 880, 640,
         "Livraison", "Delivery", is_service=True),
    Good("SV-8004", "国際輸送・通関手配", "件", 38000, 29500,
         "Transport international et dédouanement", "International freight and customs handling",
         is_service=True, description="成田・横浜からの輸出書類作成を含みます。", sold="export"),
)  # fmt: skip

_BY_SKU = {good.sku: good for good in GOODS}

UNITS = {
    "箱": ("boîte", "box"),
    "冊": ("pièce", "pc"),
    "組": ("lot", "set"),
    "本": ("pièce", "pc"),
    "個": ("pièce", "pc"),
    "枚": ("pièce", "pc"),
    "袋": ("sachet", "bag"),
    "缶": ("boîte", "tin"),
    "点": ("pièce", "pc"),
    "時間": ("heure", "hour"),
    "件": ("envoi", "shipment"),
}
"""Each unit in French and English."""

BASKETS = {
    "office": ("OA-1001", "ST-2001", "ST-2004", "ST-2010", "TE-6004", "TE-6001", "FD-7001", "TX-5004"),
    "shop": ("ST-2004", "ST-2010", "ST-2015", "TX-5001", "TX-5006", "TW-4004", "TW-4006", "KT-3020"),
    "cafe": ("TE-6001", "TE-6002", "TE-6004", "TW-4001", "TW-4004", "TW-4006", "KT-3020", "FD-7001"),
    "kitchen": ("KT-3001", "KT-3002", "KT-3010", "KT-3020", "TW-4001", "TW-4004", "TW-4010", "TX-5001"),
    "hotel": ("TX-5004", "TX-5010", "TX-5001", "TE-6001", "TE-6004", "TW-4001", "TW-4010", "FD-7001"),
    "gift": ("FD-7001", "TE-6001", "TE-6002", "TX-5001", "TX-5006", "TW-4001", "ST-2010", "KT-3020"),
    "home": ("TE-6002", "TE-6001", "TW-4006", "KT-3010", "ST-2015", "TX-5006"),
}
"""What the different kinds of customers buy."""

PRICE_LISTS = {
    "JPY": (Decimal(1), Decimal(1)),
    "EUR": (Decimal(160), Decimal("0.10")),
    "USD": (Decimal(148), Decimal("0.25")),
    "TND": (Decimal(50), Decimal("0.500")),
}
"""For each currency: yen to one unit in our price list, and what its prices are rounded to."""


def by_sku(sku: str) -> Good:
    """The good with that number."""
    return _BY_SKU[sku]


def price(good: Good, currency: str, tax_percent: Decimal = Decimal(0)) -> Decimal:
    """What it costs by the price list; with a percentage of tax, including it."""
    yen, step = PRICE_LISTS[currency]
    return round(good.rate * (100 + tax_percent) / 100 / yen / step) * step


VENDORS = (
    Company(
        "有限会社宇治茶園たかみ", "takami-chaen", "製茶", 14, "0774-55-0116",
        japan("611-0021", "京都府", "宇治市", "宇治妙楽38"),
        (Person("高見", "正一", "shoichi", "園主"), Person("高見", "芳江", "keiri", "経理")),
        owner="", terms=NEXT_MONTH_END, registration="T9130099003816",
    ),
    Company(
        "株式会社今治みずいろタオル", "mizuiro-towel", "繊維", 38, "0898-55-0123",
        japan("794-0015", "愛媛県", "今治市", "常盤町5-3-12"),
        (Person("村上", "健吾", "eigyo", "営業課長", "営業課"),),
        owner="", terms=NEXT_MONTH_END, registration="T2500099002745",
    ),
    Company(
        "合名会社樽窯", "taru-gama", "陶磁器", 11, "0955-55-0134",
        japan("844-0002", "佐賀県", "西松浦郡有田町", "中樽1-8-9"),
        (Person("川原", "宗一郎", "soichiro", "窯元"),),
        owner="", terms=NET_30, registration="T7300099001639",
    ),
    Company(
        "株式会社波佐見クラフト商会", "hasami-craft", "陶磁器", 19, "0956-55-0145",
        japan("859-3715", "長崎県", "東彼杵郡波佐見町", "宿郷614"),
        (Person("福島", "美咲", "m.fukushima", "受注担当"),),
        owner="", terms=NEXT_MONTH_END, registration="T3310099004512",
    ),
    Company(
        "株式会社堺打刃物ほそかわ", "hosokawa-hamono", "刃物", 9, "072-555-0128",
        japan("590-0941", "大阪府", "堺市堺区", "材木町西1-3-20"),
        (Person("細川", "鉄也", "tetsuya", "代表取締役"),),
        owner="", terms=NET_30, registration="T8120099005483",
    ),
    Company(
        "東都製紙販売株式会社", "toto-paper", "紙卸", 130, "03-5550-0132",
        japan("103-0001", "東京都", "中央区", "日本橋小伝馬町9-4"),
        (Person("荒木", "達也", "t.araki", "営業二課"), Person("小山", "緑", "juchu", "受注センター")),
        owner="", terms=NEXT_MONTH_END, registration="T9010099027364",
    ),
    Company(
        "株式会社ひかり運輸", "hikari-unyu", "運送", 85, "03-5550-0149",
        japan("135-0042", "東京都", "江東区", "木場2-20-6"),
        (Person("早川", "信", "s.hayakawa", "配車担当"),),
        owner="", terms=NEXT_MONTH_END, registration="T8010099031598",
    ),
    Company(
        "Lyon Entrepôt Services SAS", "lyon-entrepot", "倉庫", 27, "+33 4 65 71 30 12",
        france("44 rue de Gerland", "69007", "Lyon"),
        (Person("Chevalier", "Romain", "r.chevalier", "Responsable clients", "", "M."),),
        owner="", terms=NET_30, currency="EUR", language="fr", remarks="フランス向け在庫を保管。",
    ),
)  # fmt: skip

"""What the demo company hopes to sell, and what became of it: deals in every stage. All of it is invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from demo.cast import Cast
from demo.clock import in_tokyo
from demo.companies import STAFF
from demo.france import FRANCE
from demo.japan import JAPAN
from demo.overseas import OVERSEAS
from demo.prospects import PROSPECTS
from domain import records
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.deal_stages import DealStage, stages
from domain.crm.deals import Deal
from domain.db import db

CHECKING, NEEDS, VALUE, DECIDERS, OFFER, TALKS, WON, LOST, BEATEN = range(9)
"""The stages by their place (`cast.STAGES` says what they are called)."""


@dataclass(frozen=True)
class Chance:
    """A deal: with whom, about how much in whole units of their currency, how far it has come, and when it ends."""

    name: str
    account: str
    amount: str
    reached: int
    opened: int
    """How many days ago it began."""
    closes_in: int
    """Days until it is to be closed; negative when it was."""
    source: str = ""
    next_step: str = ""
    is_new: bool = False


CHANCES = (
    Chance("創立30周年 記念品（名入れ手ぬぐい 500枚）", "株式会社ハルカゼ", "685000", OFFER, 34, 18,
           "trade_show", "見積書の返事を火曜に電話で確認", is_new=True),
    Chance("ツアー客向け 手土産セット 年間契約", "株式会社あずさ観光バス", "4320000", NEEDS, 21, 75,
           "cold_call", "9月の試食会の日程を決める", is_new=True),
    Chance("全社コピー用紙 一括切替", "東雲フィルム株式会社", "2760000", TALKS, 62, 9,
           "web", "単価を再提示（年間1,200箱）", is_new=True),
    Chance("客室アメニティ入れ替え 210室", "ホテルグラン梅香株式会社", "8450000", DECIDERS, 88, 120,
           "partner", "購買部 北村様に決裁者を確認", is_new=True),
    Chance("新社屋の備品", "株式会社テラス建築工房", "540000", CHECKING, 6, 60, "customer_referral",
           "図面を受け取る", is_new=True),
    Chance("待合室の茶器と煎茶", "クリニックやまぶき", "126000", VALUE, 40, -4, "seminar",
           "年度末の契約更新まで待つか相談", is_new=True),
    Chance("和菓子用 小皿 800枚", "株式会社風林堂", "1472000", OFFER, 29, 25, "trade_show",
           "サンプル5種を送付済み", is_new=True),
    Chance("寄付者へのお礼の品", "NPO法人里山ネット", "198000", NEEDS, 15, 45, "web", "", is_new=True),
    Chance("贈答用の風呂敷（社名入り）", "株式会社しおさい水産", "378000", CHECKING, 3, 40, "cold_call",
           "ロゴのデータを依頼", is_new=True),
    Chance("二号店の食器一式", "有限会社ひまわり食堂", "864000", VALUE, 51, 30, "customer_referral",
           "店内の内装に合わせて提案", is_new=True),
    Chance("年末のお客様ギフト 300個", "株式会社みなと製作所", "870000", TALKS, 44, 12, "",
           "箱の色を決めていただく"),
    Chance("別館リニューアル 浴衣と帯 120組", "旅館松風荘", "696000", WON, 96, -28, "", ""),
    Chance("入園記念タオル", "株式会社しらゆり保育サービス", "231000", WON, 70, -41, "", ""),
    Chance("客船レストランの皿", "株式会社瀬戸内クルーズ", "1150000", OFFER, 38, 33, "partner",
           "強度試験の結果を送る"),
    Chance("本店の抹茶メニュー用茶碗", "料亭 一期", "468000", NEEDS, 12, 55, "", "女将と打ち合わせ"),
    Chance("道後店の手ぬぐい 第2弾", "株式会社道後の湯", "396000", WON, 118, -66, "", ""),
    Chance("展示会の記念ノート 1,000冊", "天神デザイン株式会社", "980000", LOST, 102, -37, "web",
           "来期の予算で再提案"),
    Chance("社内カフェの備品", "つくばバイオ株式会社", "310000", BEATEN, 80, -19, "web", "通販より高いとのこと"),
    Chance("土産コーナーの新棚", "長崎カステラ本舗株式会社", "620000", VALUE, 26, 48, "", "棚の寸法を測りに行く"),
    Chance("Corner japonais, trois boutiques", "Maison Hoshino SARL", "12400", TALKS, 57, 15, "",
           "Valider le plan des rayons"),
    Chance("Gamme couteaux de Noël", "Le Comptoir des Lames SARL", "7850", OFFER, 31, 10, "",
           "Relancer M. Bernard après le salon"),
    Chance("Linge de bain, 62 chambres", "Hôtel de la Rade SA", "9300", DECIDERS, 46, 64, "partner",
           "Rendez-vous avec le directeur"),
    Chance("Atelier origami et papier washi", "Librairie Saint-Michel SARL", "1850", CHECKING, 9, 38,
           "trade_show", ""),
    Chance("Vaisselle de la terrasse", "Restaurant L’Érable rouge SAS", "3420", WON, 83, -22, "", ""),
    Chance("Vitrine d’artisanat d’Arita", "Les Ateliers du Midi SAS", "5600", VALUE, 25, 52, "trade_show",
           "Envoyer le catalogue porcelaine", is_new=True),
    Chance("Carte des thés verts", "Fleur de Thé SARL", "2150", LOST, 66, -12, "web", "", is_new=True),
    Chance("Guest room tea sets, 6 houses", "Northgate Hospitality Group plc", "48600", NEEDS, 33, 140,
           "trade_show", "Send samples to Leeds", is_new=True),
    Chance("Recycled notebooks, West Coast", "Redwood Office Supply Inc.", "21500", OFFER, 27, 22, "web",
           "Quote FOB Yokohama", is_new=True),
    Chance("Spring stationery range", "Marlowe Stationers Ltd", "15800", TALKS, 49, 7, "",
           "Agree on delivery in two lots"),
    Chance("Afternoon tea refit", "The Copper Kettle Hotel Ltd", "6900", WON, 75, -31, "", ""),
    Chance("Chef's knives, wholesale", "Alder Creek Trading Inc.", "64000", DECIDERS, 72, 95, "partner",
           "Meet the category manager"),
    Chance("Tea counter starter set", "Lakeview Tea Company", "4200", BEATEN, 90, -45, "web", ""),
)  # fmt: skip


def steps(chance: Chance, cast: Cast, known_on: date, today: date) -> Iterator[tuple[Any, Any]]:
    """Everything that happens to a deal, and when: it is opened, and then moves from stage to stage."""
    opened = max(today - timedelta(days=chance.opened), known_on + timedelta(days=1))
    ended = min(today + timedelta(days=chance.closes_in), today - timedelta(days=1))
    ended = max(ended if chance.reached >= WON else today - timedelta(days=1), opened)
    way = [*range(1, min(chance.reached, TALKS) + 1), *([chance.reached] if chance.reached >= WON else [])]
    yield in_tokyo(opened, 11, 5), partial(_open, chance, cast, today)
    for place, stage in enumerate(way, 1):
        on = opened + (ended - opened) * place // len(way)
        yield in_tokyo(on, 15, 10 + place), partial(_move, chance, stage, cast)


def _open(chance: Chance, cast: Cast, today: date) -> None:
    account = db.session.scalars(select(Account).where(Account.name == chance.account)).one()
    contact = db.session.scalars(select(Contact).where(Contact.account_id == account.id).order_by(Contact.id))
    currency = _currency(chance)
    values = {
        "name": chance.name,
        "stage_id": stages()[CHECKING].id,
        "amount_minor": int(chance.amount) * (1 if currency == "JPY" else 100),
        "currency": currency,
        "closing_on": today + timedelta(days=chance.closes_in),
        "account_id": account.id,
        "contact_id": next((each.id for each in contact), None),
        "deal_type": "new_business" if chance.is_new else "existing_business",
        "lead_source": chance.source,
        "next_step": chance.next_step,
        "owner_id": account.owner_id,
    }
    records.create(Deal, values, account.owner or cast.people[STAFF])


def _move(chance: Chance, place: int, cast: Cast) -> None:
    deal = db.session.scalars(select(Deal).where(Deal.name == chance.name)).one()
    stage: DealStage = stages()[place]
    deal.move(stage, deal.owner or cast.people[STAFF])


def _currency(chance: Chance) -> str:
    everybody = (*JAPAN, *FRANCE, *OVERSEAS, *PROSPECTS)
    return next(each.currency for each in everybody if each.name == chance.account)

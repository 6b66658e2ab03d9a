"""What people call the columns of their spreadsheets, beside what the fields are called here.

By name of field; words in English, Japanese and French. Case, width, kana, spaces and punctuation don't matter.
"""

NAMES: dict[str, str] = {
    "display_name": (
        "name, customer, customer name, client, client name, vendor, vendor name, supplier, "
        "supplier name, 顧客名, 顧客, 取引先名, 取引先, 得意先名, 得意先, 仕入先名, 仕入先, 名称, "
        "表示名, nom, nom du client, nom client, fournisseur, nom du fournisseur, nom d'affichage"
    ),
    "company_name": (
        "company, organization, organisation, business name, 会社名, 会社, 企業名, 法人名, 社名, "
        "貴社名, société, entreprise, nom de l'entreprise, nom de la société, raison sociale, "
        "organisme"
    ),
    "name": (
        "name, company, company name, account, account name, organization, organisation, item, "
        "item name, product, product name, 名称, 名前, 会社名, 会社, 企業名, 法人名, 社名, 取引先名, "
        "取引先, 顧客名, 商品名, 品名, 品目, 製品名, 名, nom, société, entreprise, "
        "nom de l'entreprise, nom de la société, raison sociale, compte, article, désignation, "
        "libellé, produit, nom du produit, nom de l'article"
    ),
    "email": (
        "mail, e-mail, email address, e-mail address, mail address, primary email, メール, "
        "メールアドレス, eメール, 電子メール, 連絡先メール, courriel, adresse e-mail, "
        "adresse électronique, adresse mail, mél, adresse de courriel"
    ),
    "phone": (
        "tel, telephone, phone number, telephone number, work phone, business phone, 電話, 電話番号, "
        "代表電話, 連絡先電話番号, tél, téléphone, numéro de téléphone, n° de téléphone, tél fixe, "
        "téléphone fixe"
    ),
    "mobile": (
        "mobile phone, mobile number, cell, cell phone, cellphone, 携帯, 携帯電話, 携帯番号, "
        "携帯電話番号, portable, téléphone portable, tél portable, mobile, téléphone mobile, gsm"
    ),
    "fax": "fax number, ファックス, ファクス, fax番号, télécopie, télécopieur, n° de fax",
    "website": (
        "web, web site, url, homepage, site, ホームページ, ウェブサイト, サイト, hp, web サイト, "
        "site web, site internet"
    ),
    "owner": (
        "account owner, sales rep, salesperson, sales person, responsible, assigned to, 担当, "
        "担当者, 営業担当, 営業担当者, 担当営業, 自社担当者, propriétaire, responsable, commercial, "
        "vendeur, suivi par"
    ),
    "currency": "currency code, 通貨, 通貨コード, devise, monnaie, code devise",
    "payment_terms": (
        "terms, payment term, 支払条件, 支払い条件, 決済条件, 支払サイト, conditions de paiement, "
        "conditions, délai de paiement, échéance"
    ),
    "language": "lang, locale, 言語, langue",
    "tax_registration": (
        "vat, vat number, vat no, vat id, vat registration number, tax number, tax id, gst number, "
        "tin, 登録番号, インボイス番号, インボイス登録番号, 適格請求書発行事業者登録番号, "
        "事業者登録番号, 法人番号, tva, n° tva, numéro de tva, tva intracommunautaire, "
        "n° tva intracommunautaire, siret, siren"
    ),
    "customer_type": "type, type of customer, 区分, 顧客区分, 種別, 法人個人区分, type de client",
    "tax_rounding": "rounding, 端数処理, 消費税端数, arrondi",
    "notes": (
        "note, remark, remarks, comment, comments, memo, 備考, メモ, 摘要, コメント, 特記事項, "
        "remarque, remarques, commentaire, commentaires, observations"
    ),
    "description": (
        "note, notes, remarks, comment, comments, memo, details, 説明, 備考, メモ, 詳細, 摘要, "
        "商品説明, remarques, commentaires, détails, descriptif"
    ),
    "is_active": "active, enabled, 有効, 使用中, 状態, actif, en service",
    "industry": "sector, business, 業種, 業界, 業態, secteur, secteur d'activité, branche, activité",
    "employees": (
        "number of employees, headcount, staff, no of employees, 従業員数, 従業員, 社員数, 人数, "
        "effectif, effectifs, nombre d'employés, nombre de salariés, salariés"
    ),
    "account_type": "type, category, 区分, 種別, 分類, カテゴリ, catégorie, type de compte",
    "last_name": (
        "name, full name, contact, contact name, family name, surname, 姓, 苗字, 名字, 氏名, お名前, "
        "名前, 担当者名, 氏, nom, nom de famille, nom complet, nom et prénom"
    ),
    "first_name": "given name, forename, 名, 下の名前, prénom",
    "salutation": "mr/ms, mr mrs, courtesy title, 敬称, civilité",
    "job_title": "title, position, role, job, 役職, 役職名, 肩書, 肩書き, fonction, poste, titre",
    "designation": "title, position, role, job, job title, 役職, 役職名, 肩書, 肩書き, fonction, poste, titre",
    "department": "dept, division, 部署, 部署名, 部門, 所属, 所属部署, service, département, direction",
    "account": (
        "company, company name, organization, organisation, customer, 会社名, 会社, 企業名, 取引先, "
        "取引先名, 勤務先, 所属会社, société, entreprise, compte, nom de l'entreprise, client"
    ),
    "party": (
        "company, company name, customer, customer name, vendor, 会社名, 顧客, 顧客名, 取引先, "
        "取引先名, 得意先, société, entreprise, client, fournisseur"
    ),
    "is_primary": "primary contact, main, main contact, 主担当, 主, メイン, principal, contact principal",
    "sku": (
        "code, item code, product code, part number, item number, 商品コード, 品番, 型番, コード, "
        "商品番号, référence, réf, ref, code article, code produit"
    ),
    "item_type": "type, kind, category, 区分, 種類, 種別, 分類, nature, type d'article",
    "unit": "units, uom, unit of measure, 単位, unité, unité de mesure",
    "rate": (
        "price, unit price, selling price, sales price, sales rate, 単価, 価格, 販売単価, 販売価格, "
        "売価, 標準単価, prix, prix unitaire, prix de vente, pu, pu ht, prix ht, tarif"
    ),
    "tax": "vat, tax rate, sales tax, 税, 税率, 消費税, 税区分, tva, taux de tva, taxe",
    "purchase_rate": (
        "cost, cost price, purchase price, buying price, 仕入単価, 仕入価格, 原価, 仕入値, 仕入, "
        "coût, prix d'achat, prix de revient"
    ),
    "purchase_description": "purchase notes, 仕入説明, 仕入備考, description d'achat",
    "percent": "percentage, tax rate, rate, %, 税率, 率, パーセント, taux, pourcentage, taux de tva",
    "is_reduced": "reduced, 軽減, 軽減税率, taux réduit, réduit",
    "code": (
        "product code, item code, sku, part number, 商品コード, 品番, 型番, référence, réf, "
        "currency, currency code, 通貨, 通貨コード, コード, devise, code devise"
    ),
    "kind": "type, 種類, 区分",
    "days": "number of days, 日数, jours, nombre de jours, délai",
    "product_code": (
        "code, sku, item code, part number, 商品コード, 品番, 型番, 製品コード, référence, réf, "
        "code produit"
    ),
    "unit_price": "price, rate, selling price, 単価, 価格, 販売価格, prix, prix unitaire, tarif",
    "amount_minor": "value, total, 金額, 見込金額, 受注金額, montant, valeur",
    "stage": "phase, status, ステージ, 段階, フェーズ, 進捗, étape, statut",
    "closing_on": (
        "close date, expected close, 完了予定日, 受注予定日, クロージング日, date de clôture, "
        "clôture prévue"
    ),
    "probability": "chance, 確度, 見込み, 受注確度, probabilité",
    "credit_limit_minor": (
        "credit limit, 与信限度額, 与信枠, 与信, plafond de crédit, limite de crédit, "
        "encours autorisé"
    ),
    "price_list": "prices, tariff, 価格表, 価格リスト, 単価表, tarif, liste de prix, grille tarifaire",
    "vendor": (
        "vendor name, supplier, supplier name, 仕入先, 仕入先名, メーカー, fournisseur, "
        "nom du fournisseur"
    ),
    "contact": "contact name, contact person, 連絡先, 担当者, 先方担当者, contact, interlocuteur",
    "parent": "parent company, parent account, 親会社, 本社, société mère, maison mère",
    "lead_source": "source, 流入元, きっかけ, 見込み客の情報源, origine, source du prospect",
    "annual_revenue": "revenue, turnover, 年商, 売上高, 年間売上, chiffre d'affaires, ca",
    "product_type": "type, 種類, 区分, 商品区分, type de produit",
    "in_stock": "stock, quantity in stock, 在庫, 在庫数, stock, quantité en stock",
    "currency_code": "currency, code, 通貨, 通貨コード, devise, monnaie",
    "on_date": "date, day, valid from, 日付, 適用日, date, date d'effet",
    "item": "item name, product, product name, 商品, 商品名, 品目, 品名, article, produit, désignation",
}  # fmt: skip

PLACES: dict[str, str] = {
    "attention": "attn, 宛名, 宛先, à l'attention de, attention de, destinataire",
    "street": (
        "address, street address, address line 1, address 1, address1, 住所, 住所1, 番地, 町名番地, "
        "町域番地, 所在地, 以降の住所, rue, adresse, adresse 1, adresse postale, n° et rue, voie"
    ),
    "city": "town, 市区町村, 市町村, 市区郡, 市, 都市, ville, commune, localité",
    "state": (
        "province, region, prefecture, county, state/province, 都道府県, 県, 府県, 都道府県名, "
        "région, département, état"
    ),
    "postal_code": "zip, zip code, zipcode, postcode, postal, 郵便番号, 〒, 郵便, code postal, cp",
    "country": "country name, nation, 国, 国名, 国・地域, pays",
}  # fmt: skip
"""What the parts of an address are called."""

PREFIXES: dict[str, str] = {
    "billing": (
        "billing address, billing, bill to, invoice address, 請求先住所, 請求先, 請求, "
        "adresse de facturation, facturation"
    ),
    "shipping": (
        "shipping address, shipping, ship to, delivery address, delivery, 配送先住所, 配送先, "
        "納品先住所, 納品先, 出荷先, 送付先, お届け先, adresse de livraison, livraison, "
        "adresse d'expédition, expédition"
    ),
    "mailing": (
        "mailing address, mailing, postal address, 郵送先住所, 郵送先, 住所, adresse postale, "
        "adresse"
    ),
}  # fmt: skip
"""Whose address it is; without a word it is the first one that the record has."""

INSTEAD: dict[str, tuple[str, ...]] = {"display_name": ("company_name",)}
"""Where a needed name has no column: whose column is taken for it."""

CHOICES: dict[str, str] = {
    "business": "company, corporate, b2b, 法人, 会社, 企業, entreprise, société, professionnel, pro",
    "individual": "person, private, b2c, 個人, 個人客, particulier, personne, privé",
    "goods": "good, product, 物品, 商品, 製品, モノ, bien, biens, produit, marchandise",
    "service": "services, サービス, 役務, prestation, prestations",
    "ja": "japanese, 日本語, japonais",
    "en": "english, 英語, anglais",
    "fr": "french, フランス語, français",
}
"""What people call choices, by their key."""

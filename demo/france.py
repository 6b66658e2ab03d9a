"""The demo's customers in France and Tunisia, all invented. Camille Laurent looks after them."""

from demo.companies import (
    ASSIGNED,
    MONTH_END,
    MONTHLY,
    NET_30,
    NET_45,
    NEVER,
    NEW,
    OFTEN,
    SOMETIMES,
    Company,
    Person,
    abroad,
    france,
)

FRANCE = (
    Company(
        "Maison Hoshino SARL", "maison-hoshino", "食品小売", 14, "+33 1 99 00 14 27",
        france("14 rue des Petits-Champs", "75002", "Paris"),
        (
            Person("Moreau", "Élise", "e.moreau", "Gérante", "", "Mme"),
            Person("Hoshino", "Kenji", "k.hoshino", "Acheteur", "", "M."),
        ),
        owner=ASSIGNED, terms=NET_30, buys="cafe", pace=MONTHLY, currency="EUR", language="fr", tax="france",
        remarks="フランスでの最初の取引先。毎月1回、リヨン倉庫から出荷。",
    ),
    Company(
        "Papeterie du Canal SAS", "papeterie-canal", "文具小売", 9, "+33 1 99 00 38 52",
        france("27 quai de Valmy", "75010", "Paris"),
        (
            Person("Garnier", "Lucas", "l.garnier", "Directeur", "", "M."),
            Person("Petit", "Manon", "compta", "Comptable", "", "Mme"),
        ),
        owner=ASSIGNED, terms=NET_45, buys="shop", pace=OFTEN, currency="EUR", language="fr", tax="france",
    ),
    Company(
        "Le Comptoir des Lames SARL", "comptoir-lames", "刃物小売", 6, "+33 4 65 71 20 09",
        france("9 rue Mercière", "69002", "Lyon"),
        (Person("Bernard", "Étienne", "etienne", "Gérant", "", "M."),),
        owner=ASSIGNED, terms=NET_30, buys="kitchen", pace=OFTEN, currency="EUR", language="fr", tax="france",
    ),
    Company(
        "Hôtel de la Rade SA", "hotel-rade", "宿泊", 62, "+33 4 65 71 44 81",
        france("3 quai Cronstadt", "83000", "Toulon"),
        (
            Person("Roux", "Sandrine", "economat", "Économe", "Économat", "Mme"),
            Person("Blanchet", "Olivier", "direction", "Directeur", "", "M."),
        ),
        owner=ASSIGNED, terms=MONTH_END, buys="hotel", pace=SOMETIMES, currency="EUR", language="fr",
        tax="france",
    ),
    Company(
        "Thés & Brumes EURL", "thes-et-brumes", "茶専門店", 4, "+33 2 61 91 17 63",
        france("6 rue du Calvaire", "44000", "Nantes"),
        (Person("Le Goff", "Maëlle", "maelle", "Gérante", "", "Mme"),),
        owner=ASSIGNED, terms=NET_30, buys="cafe", pace=SOMETIMES, currency="EUR", language="fr",
        tax="france", pays_late=True,
    ),
    Company(
        "Atelier Kintsu SARL", "atelier-kintsu", "工芸品小売", 5, "+33 3 53 01 29 40",
        france("41 rue de la Krutenau", "67000", "Strasbourg"),
        (
            Person("Schmitt", "Anaïs", "anais", "Céramiste et gérante", "", "Mme"),
            Person("Weber", "Julien", "julien", "Boutique", "", "M."),
        ),
        owner=ASSIGNED, terms=NET_30, buys="shop", pace=SOMETIMES, currency="EUR", language="fr",
        tax="france",
    ),
    Company(
        "Librairie Saint-Michel SARL", "librairie-saint-michel", "書店", 11, "+33 5 36 49 08 15",
        france("12 cours Victor-Hugo", "33000", "Bordeaux"),
        (Person("Fournier", "Hélène", "h.fournier", "Libraire", "", "Mme"),),
        owner=ASSIGNED, terms=NET_45, buys="shop", pace=SOMETIMES, currency="EUR", language="fr",
        tax="france",
    ),
    Company(
        "Restaurant L’Érable rouge SAS", "erable-rouge", "飲食", 18, "+33 5 36 49 51 72",
        france("22 rue des Filatiers", "31000", "Toulouse"),
        (
            Person("Lefèvre", "Thomas", "chef", "Chef de cuisine", "", "M."),
            Person("Dupuis", "Nadia", "compta", "Comptable", "", "Mme"),
        ),
        owner=ASSIGNED, terms=MONTH_END, buys="kitchen", pace=SOMETIMES, currency="EUR", language="fr",
        tax="france",
    ),
    Company(
        "Galerie Azur Déco SARL", "azur-deco", "インテリア小売", 7, "+33 4 65 71 83 36",
        france("17 rue de la Préfecture", "06300", "Nice"),
        (Person("Rossi", "Chiara", "chiara", "Gérante", "", "Mme"),),
        owner=ASSIGNED, terms=NET_30, buys="shop", pace=NEW, currency="EUR", language="fr", tax="france",
    ),
    Company(
        "Coopérative Les Halles vertes", "halles-vertes", "食品小売", 38, "+33 3 53 01 66 90",
        france("8 place du Concert", "59800", "Lille"),
        (
            Person("Delmas", "Quentin", "achats", "Responsable des achats", "Achats", "M."),
            Person("Vasseur", "Inès", "compta", "Comptable", "", "Mme"),
        ),
        owner=ASSIGNED, terms=NET_45, buys="cafe", pace=NEVER, currency="EUR", language="fr", tax="france",
    ),
    Company(
        "Dar Yasmine Hôtellerie SARL", "dar-yasmine", "宿泊", 80, "+216 72 000 142",
        abroad("15 avenue de la Corniche", "Hammamet", "", "8050", "TN"),
        (
            Person("Ben Salah", "Leïla", "l.bensalah", "Directrice des achats", "Achats", "Mme"),
            Person("Trabelsi", "Karim", "compta", "Comptable", "", "M."),
        ),
        owner=ASSIGNED, terms=NET_45, buys="hotel", pace=SOMETIMES, currency="TND", language="fr",
        tax="export",
    ),
    Company(
        "Société Carthage Import", "carthage-import", "輸入卸", 23, "+216 71 000 187",
        abroad("4 rue du Lac-Léman\nLes Berges du Lac", "Tunis", "", "1053", "TN"),
        (
            Person("Mansour", "Youssef", "y.mansour", "Gérant", "", "M."),
            Person("Gharbi", "Amel", "a.gharbi", "Assistante commerciale", "", "Mme"),
        ),
        owner=ASSIGNED, terms=NET_30, buys="gift", pace=OFTEN, currency="TND", language="fr", tax="export",
    ),
)  # fmt: skip

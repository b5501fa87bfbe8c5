"""Words of company names: legal forms by country, abbreviations, and words too common to tell companies apart.

General knowledge, kept apart from the code that uses it. Everything is written as ``_names`` leaves a token: folded case, no
accents, no punctuation.
"""

from __future__ import annotations

LOOSE = frozenset({"inc", "corp", "co", "ltd"})
"""Families that people write for one another; between these a difference says little."""

_FORMS: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("inc", None): ("inc", "incorporated", "inc ltd"),
    ("corp", None): ("corp", "corporation", "corpn"),
    ("co", None): ("co", "company", "cie", "compagnie"),
    ("ltd", None): ("ltd", "limited", "co ltd", "company limited", "co limited", "corp ltd", "ltd co", "l t d"),
    ("llc", None): ("llc", "l l c", "limited liability company", "co llc", "llc co"),
    ("lp", None): ("lp", "l p", "limited partnership"),
    ("llp", None): ("llp", "limited liability partnership"),
    ("plc", "gb"): ("plc", "public limited company", "p l c"),
    ("ltd", "au"): ("pty ltd", "pty limited", "proprietary limited", "pty"),
    ("ltd", "sg"): ("pte ltd", "pte limited", "private ltd pte", "pte"),
    ("ltd", "in"): ("pvt ltd", "private limited", "pvt limited", "private ltd", "p ltd"),
    ("bhd", "my"): ("sdn bhd", "bhd", "berhad", "sendirian berhad"),
    ("pt", "id"): ("pt", "tbk", "persero"),
    ("gmbh", "de"): ("gmbh", "g m b h", "gesellschaft mit beschrankter haftung", "ges m b h", "gesmbh", "mbh"),
    ("gmbh co kg", "de"): ("gmbh co kg", "gmbh cokg", "gmbh co kgaa", "gmbh co ohg"),
    ("ag", "de"): ("ag", "aktiengesellschaft"),
    ("kg", "de"): ("kg", "kommanditgesellschaft", "co kg"),
    ("kgaa", "de"): ("kgaa", "ag co kgaa", "ag co kg"),
    ("ohg", "de"): ("ohg",),
    ("ug", "de"): ("ug", "ug haftungsbeschrankt"),
    ("ev", "de"): ("e v", "ev"),
    ("eg", "de"): ("e g", "eg"),
    ("se", None): ("se", "societas europaea"),
    ("sa", None): ("sa", "s a", "societe anonyme", "sociedad anonima", "sociedade anonima"),
    ("sas", "fr"): ("sas", "s a s", "societe par actions simplifiee", "sasu"),
    ("sarl", "fr"): ("sarl", "s a r l", "eurl"),
    ("snc", None): ("snc", "s n c"),
    ("spa", "it"): ("spa", "s p a", "societa per azioni"),
    ("srl", None): ("srl", "s r l", "societa a responsabilita limitata"),
    ("sl", "es"): ("sl", "s l", "slu", "sociedad limitada"),
    ("sau", "es"): ("sau", "s a u"),
    ("sa de cv", "mx"): ("sa de cv", "s a de c v", "sab de cv", "s a b de c v", "sapi de cv"),
    ("srl de cv", "mx"): ("s de rl de cv", "s de r l de c v", "srl de cv"),
    ("ltda", None): ("ltda", "limitada", "lda"),
    ("bv", "nl"): ("bv", "b v", "besloten vennootschap"),
    ("nv", "nl"): ("nv", "n v"),
    ("bvba", "be"): ("bvba", "sprl"),
    ("as", "no"): ("as", "a s", "a/s", "asa"),
    ("aps", "dk"): ("aps",),
    ("ab", "se"): ("ab", "aktiebolag", "publ ab", "ab publ"),
    ("oy", "fi"): ("oy", "oyj", "oy ab", "osakeyhtio"),
    ("spzoo", "pl"): ("sp z o o", "sp zoo", "spzoo", "spolka z o o", "spolka z ograniczona odpowiedzialnoscia", "sp z oo"),
    ("sro", "cz"): ("s r o", "sro", "spol s r o"),
    ("kft", "hu"): ("kft", "zrt", "nyrt", "bt"),
    ("doo", "hr"): ("d o o", "doo", "d d"),
    ("ood", "bg"): ("ood", "eood"),
    ("jsc", "ru"): ("jsc", "pjsc", "ojsc", "oao", "zao", "pao", "ao", "ао", "пао", "оао", "зао"),
    ("ooo", "ru"): ("ooo", "ооо"),
    ("as", "tr"): ("anonim sirketi",),
    ("ltd", "tr"): ("ltd sti", "limited sirketi"),
    ("kk", "jp"): ("kk", "k k", "kabushiki kaisha", "kabushiki gaisha", "kabushikikaisha", "kabushikigaisha"),
    ("gk", "jp"): ("gk", "g k", "godo kaisha", "godo gaisha"),
    ("yk", "jp"): ("yk", "y k", "yugen kaisha", "yugen gaisha"),
    ("ltd", "kr"): ("jusik hoesa", "chusik hoesa"),
}

FORM_OF: dict[tuple[str, ...], tuple[str, str | None]] = {
    tuple(written.split()): form for form, spellings in _FORMS.items() for written in spellings
}
"""Legal form as tokens → (family, country or None)."""

LONGEST_FORM = max(len(tokens) for tokens in FORM_OF)

LEADING_FORMS = frozenset({"pt", "ooo", "ооо", "oao", "ао", "оао", "зао", "пао", "zao", "pao", "kk", "ao"})
"""Forms that are written in front of the name."""

CJK_FORMS: dict[str, tuple[str, str | None]] = {
    "株式会社": ("kk", "jp"),
    "株式會社": ("kk", "jp"),
    "(株)": ("kk", "jp"),
    "有限会社": ("yk", "jp"),
    "(有)": ("yk", "jp"),
    "合同会社": ("gk", "jp"),
    "(同)": ("gk", "jp"),
    "合資会社": ("gk", "jp"),
    "股份有限公司": ("ltd", "cn"),
    "有限责任公司": ("ltd", "cn"),
    "有限責任公司": ("ltd", "cn"),
    "有限公司": ("ltd", "cn"),
    "公司": ("co", "cn"),
    "주식회사": ("ltd", "kr"),
    "(주)": ("ltd", "kr"),
    "유한회사": ("ltd", "kr"),
}
"""Legal forms written without spaces; longer ones first where one holds another."""

JOINED = frozenset({"and", "the", "of", "und", "et", "og", "och", "y"})
"""Words that carry no name; left out of keys."""

ABBREVIATIONS: dict[str, str] = {
    written: whole
    for whole, spellings in {
        "international": "intl int'l intnl internat internationale internacional internazionale",
        "manufacturing": "mfg mfrg manuf manufg manufacture manufacturers manufacturer",
        "university": "univ uni universitat universite universidad universita universidade",
        "technology": "tech techs technologies technol tec techn",
        "technical": "techl",
        "service": "svc svcs serv srv srvs servs services svce",
        "system": "sys syst systs systems",
        "solution": "soln solns sols solutions",
        "industry": "ind inds indus industries indust",
        "industrial": "indl indust'l",
        "engineering": "eng engg engr engrg engineers engineer",
        "electronic": "elec electr electronics elex",
        "electric": "electrical elect",
        "national": "natl nat'l nacional nazionale",
        "association": "assn asso associations",
        "associate": "assoc associates associated assocs",
        "brothers": "bros brother",
        "department": "dept dpt",
        "government": "govt gov",
        "hospital": "hosp hospitals",
        "institute": "inst instit institut instituto istituto institution",
        "laboratory": "lab labs laboratories laboratoires",
        "center": "ctr centre cntr centers centres",
        "group": "grp gruppe groupe grupo gruppo groups",
        "holding": "hldg hldgs holdings",
        "management": "mgmt mgt mngt",
        "communication": "comm comms commun communications",
        "telecommunication": "telecom telecoms telco telecommunications telecomm",
        "distribution": "dist distr distrib distributors distributor distributing",
        "transport": "transp trans transportation transports trsp",
        "logistic": "log logis logist logistics",
        "development": "dev devt developments develop",
        "product": "prod prods products",
        "marketing": "mktg mkt mktng",
        "medical": "med medic",
        "health": "hlth",
        "education": "edu educ",
        "pharmaceutical": "pharm pharma pharmaceuticals pharmac",
        "chemical": "chem chems chemicals",
        "financial": "fin finl finance finan",
        "insurance": "ins insur",
        "investment": "inv invest investments invt invts",
        "construction": "const constr construct constructions constn",
        "commercial": "comml coml",
        "american": "amer",
        "material": "mat matl materials",
        "machinery": "mach machineries",
        "equipment": "equip eqpt equipments",
        "enterprise": "ent enterprises entpr enterp",
        "partner": "ptnr ptnrs partners",
        "property": "prop props properties",
        "resource": "res resources resrc",
        "research": "rsch resch",
        "energy": "engy energies",
        "automotive": "auto autom",
        "aerospace": "aero",
        "consulting": "cons consult consultants consultancy consultant",
        "software": "sw softw",
        "network": "netw networks ntwk networking",
        "security": "sec secur",
        "supply": "supl supplies suppl",
        "trading": "trdg trad",
        "shipping": "shpg ship",
        "north": "nth",
        "south": "sth",
        "mount": "mt",
        "saint": "st",
        "fort": "ft",
        "street": "str",
        "work": "works wks",
        "foundation": "fdn",
        "airline": "airlines",
        "airway": "airways",
        "bank": "bk banque banco banca",
        "container": "containers contnr",
        "instrument": "instruments instr",
        "component": "components comps",
        "mill": "mills",
        "food": "foods",
        "motor": "motors mtr mtrs",
        "metal": "metals",
        "plastic": "plastics plas",
        "power": "pwr",
        "water": "wtr",
        "market": "markets mkts",
        "store": "stores",
        "brewery": "breweries brew",
        "freight": "frt",
        "packaging": "pkg packag pack",
        "printing": "prtg print",
        "semiconductor": "semiconductors semi semicon",
        "device": "devices",
        "textile": "textiles",
        "utility": "utilities util utils",
        "library": "libraries",
        "computer": "computers comput",
        "analytic": "analytics",
        "robotic": "robotics",
    }.items()
    for written in spellings.split()
}
"""Token as written → the word that it stands for (plurals too)."""

_GENERIC = """
    international manufacturing university technology technical service system solution industry industrial engineering
    electronic electric national association associate brothers department government hospital institute laboratory center group holding
    management communication telecommunication distribution transport logistic development product marketing medical health
    education pharmaceutical chemical financial insurance investment construction commercial american material machinery
    equipment enterprise partner property resource research energy automotive aerospace consulting software network security
    supply trading shipping north south east west work foundation airline bank container instrument component mill food motor
    metal plastic power water market store freight packaging printing semiconductor device data textile utility computer
    analytic robotic global world worldwide united general first central public city county state federal ministry council
    school college community memorial regional european asian africa america asia europe pacific atlantic digital online web
    media design studio capital credit trust union fund corporate business information info it information advanced applied
    modern new old great royal standard universal premier prime quality express direct best top star sun blue green red black
    white gold silver golden home house land farm agri agricultural marine maritime ocean sea air sky space oil gas petroleum
    mining steel iron paper wood glass rubber retail wholesale import export fashion clothing hotel restaurant travel tourism
    entertainment sport games telecom mobile wireless cloud cyber smart innovation creative dynamic integrated strategic
    precision performance professional process project control automation environmental ecological bio life science sciences
    care clinic dental pharmacy veterinary legal law accounting tax real estate building architecture facility cleaning
    court police fire army navy defense defence authority agency office bureau administration municipal town village district
    """
GENERIC = frozenset(_GENERIC.split())
"""Words too common to make a name; a name of nothing else is too generic to link by."""

_PLACEHOLDERS = "unknown various multiple tbd tba none null test dummy internal other others misc miscellaneous sample default na"
PLACEHOLDERS = frozenset(_PLACEHOLDERS.split())
"""Entries in a name column that name nobody."""

PLACEHOLDER_KEYS = frozenset(
    {
        "n a",
        "not available",
        "not applicable",
        "not assigned",
        "no customer",
        "no name",
        "one time customer",
        "various customers",
        "multiple customers",
        "to be determined",
        "to be defined",
        "unassigned",
        "customer",
        "unknown customer",
        "customer unknown",
        "internal customer",
        "test customer",
    }
)

"""Invented companies: a vocabulary that differs from seed to seed, and families of different companies with near-identical names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

STYLES: dict[str, tuple[str, str, str]] = {
    "NO": ("bj br dr fj gr h hj k kr l m n r s sk st t tr v", "a e i o u y ø å ei au", "l ld lm n nd ng r rd rk sk st v"),
    "DE": ("b br d f g gr h k kl kr l m n pf r s schl st str t w z", "a e i o u ä ö ü ei au", "ch ck ft hl l ld lt m n nd nn r rn tz"),
    "FR": ("b bl br c cl d f fl g gr j l m n p pl r s t v", "a e i o u é è ou oi eau", "c l lle n nne r rre s t ul"),
    "ES": ("b br c ch d f g j l ll m n p pr r s t tr v", "a e i o u á é í ó", "l n nda nte r ro s to z"),
    "US": (
        "b bl br c cl cr d f g gr h j k l m n p pr qu r s st t th tr w",
        "a e i o u ea oo ai",
        "ck d ft ll m n nd ng nt r rd rt sh st x",
    ),
    "IN": ("b bh ch d dh g h j k kh l m n p r s sh t v y", "a aa e i o u", "j k l m n ndra r sh t v ya"),
    "PL": ("b brz c cz d g gr k kr l m n p r s st sz t w z", "a e i o u y ą ę ó", "cz k l n nsk r rsk ska sz w wicz"),
}
"""Country → onsets, vowels and codas of its stems."""

LEGAL: dict[str, tuple[tuple[str, ...], ...]] = {
    "NO": (("AS", "A/S"), ("ASA",)),
    "DE": (("GmbH", "G.m.b.H.", "Gesellschaft mbH"), ("AG", "A.G.", "Aktiengesellschaft"), ("GmbH & Co. KG", "GmbH & Co KG")),
    "FR": (("S.A.", "SA"), ("S.A.S.", "SAS"), ("SARL", "S.A.R.L.", "S.à r.l.")),
    "ES": (("S.A.", "SA"), ("S.L.", "SL"), ("S.A. de C.V.", "SA de CV")),
    "US": (("Inc.", "Inc", "Incorporated"), ("LLC", "L.L.C."), ("Corp.", "Corporation", "Corp"), ("Co.", "Company")),
    "IN": (("Pvt. Ltd.", "Private Limited", "Pvt Ltd"), ("Ltd.", "Limited", "Ltd")),
    "PL": (("Sp. z o.o.", "Sp z oo", "SP. Z O.O."), ("S.A.", "SA")),
    "JP": (("K.K.", "KK", "Kabushiki Kaisha"), ("Co., Ltd.", "Co Ltd", "Company Limited")),
}
"""Country → legal forms, each with its spellings."""

INDUSTRIES = (
    "Marine", "Foods", "Energy", "Pharma", "Steel", "Textiles", "Airways", "Shipping", "Chemicals", "Insurance", "Mining", "Motors", "Optics",
    "Paper", "Plastics", "Railways", "Software", "Telecom", "Tools", "Turbines", "Water", "Ceramics", "Dairy", "Media", "Timber", "Robotics",
    "Semiconductor", "Logistics", "Aerospace", "Furniture", "Agriculture", "Construction", "Biotech", "Packaging", "Security", "Finance",
)  # fmt: skip
DESCRIPTORS = (
    "Services", "Systems", "Technologies", "International", "Manufacturing", "Solutions", "Engineering", "Industries", "Laboratories",
    "Associates", "Partners", "Trading", "Products", "Equipment", "Development", "Distribution", "Instruments", "Works",
)  # fmt: skip
BODIES = ("University", "Hospital", "School District", "Port Authority", "Museum", "Institute of Technology", "Savings Bank", "Clinic")
COUNTRY_WORDS = {
    "NO": "Norge", "DE": "Deutschland", "FR": "France", "ES": "Iberia", "US": "America", "IN": "India", "PL": "Polska", "JP": "Japan",
}  # fmt: skip
KANJI_FIRST = {
    "風": "Kaze", "星": "Hoshi", "森": "Mori", "海": "Umi", "花": "Hana", "雪": "Yuki", "空": "Sora", "波": "Nami", "月": "Tsuki", "霧": "Kiri",
}  # fmt: skip
KANJI_MIDDLE = {"見": "mi", "瀬": "se", "野": "no", "代": "yo", "津": "tsu", "名": "na"}
KANJI_LAST = {"原": "hara", "島": "shima", "谷": "tani", "崎": "saki", "沢": "sawa", "橋": "bashi", "峰": "mine", "浜": "hama"}
KANJI_TRADES = {
    "精密": "Precision", "電機": "Electric", "重工業": "Heavy Industries", "製薬": "Pharmaceutical", "海運": "Shipping", "食品": "Foods",
    "化学": "Chemical", "建設": "Construction", "銀行": "Bank", "鉄道": "Railway",
}  # fmt: skip


@dataclass
class Company:
    """A true company: core of its name without legal form, country, legal form (its spellings), city, Japanese name where it has one.

    ``family`` is shared by different companies with near-identical names: hard negatives for who links by name.
    """

    number: int
    core: str
    country: str
    legal: tuple[str, ...]
    city: str
    native: str | None = None
    family: int | None = None
    kind: str = "plain"
    names: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The full name as its territory writes it."""
        return f"{self.core}, {self.legal[0]}" if self.legal[0] in {"Inc.", "Ltd."} else f"{self.core} {self.legal[0]}".strip()


def folded(name: str) -> str:
    """``name`` without accents, case, spaces and punctuation: what two spellings of one name surely share."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ø", "o").replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[\W_]+", "", "".join(letter for letter in plain if not unicodedata.combining(letter)))


class Vocabulary:
    """Words of one seed: a part of every list, and stems from a part of the syllables, so that no two seeds speak alike."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._styles = {country: tuple(self._part(sounds.split(), 0.65) for sounds in sounds_of) for country, sounds_of in STYLES.items()}
        self.industries = self._part(INDUSTRIES, 0.6)
        self.descriptors = self._part(DESCRIPTORS, 0.7)
        self._stems: set[str] = set()

    def _part(self, words: list[str] | tuple[str, ...], share: float) -> list[str]:
        return self._rng.sample(list(words), max(3, int(len(words) * share)))

    def stem(self, country: str) -> str:
        """A new stem in the manner of ``country``."""
        rng = self._rng
        onsets, vowels, codas = self._styles.get(country, self._styles["US"])
        for attempt in range(1000):
            syllables = [rng.choice(onsets) + rng.choice(vowels) for _ in range(rng.choices((1, 2, 3), (3, 5, 1 + attempt))[0])]
            stem = ("".join(syllables) + rng.choice(codas)).capitalize()
            if len(stem) >= 5 and stem not in self._stems:  # noqa: PLR2004 - shorter ones look alike by chance
                self._stems.add(stem)
                return stem
        raise AssertionError("the syllables of a seed are enough for any number of stems")


def companies(rng: random.Random, count: int) -> list[Company]:
    """``count`` different companies. About three in ten stand in families of near-identical names."""
    words = Vocabulary(rng)
    made: list[Company] = []
    taken: set[str] = set()
    family = 0
    while len(made) < count:
        draw = rng.random()
        if draw < 0.12:  # noqa: PLR2004 - shares of the kinds of company
            batch = [_japanese(rng)]
        elif draw < 0.27:  # noqa: PLR2004
            family += 1
            batch = _siblings(rng, words, family)
        else:
            batch = [_plain(rng, words)]
        for company in batch:
            key = folded(company.core)
            if key not in taken and len(made) < count:
                taken.add(key)
                company.number = len(made)
                made.append(company)
    return made


def _plain(rng: random.Random, words: Vocabulary) -> Company:
    country = rng.choice(list(STYLES))
    stem, industry, descriptor = words.stem(country), rng.choice(words.industries), rng.choice(words.descriptors)
    shape = rng.randrange(8)
    core = {
        0: f"{stem} {industry} {descriptor}",
        1: f"{stem} {industry}",
        2: f"{stem} {descriptor}",
        3: f"{stem} & {words.stem(country)}",
        4: f"{stem} {words.stem(country)} {industry}",
        5: f"{words.stem(country)} {stem} & {words.stem(country)} {descriptor}",
    }.get(shape, f"{stem} {industry} {descriptor}")
    legal = rng.choice(LEGAL[country])
    if shape == 6:  # noqa: PLR2004 - public bodies have no legal form
        core, legal = (f"University of {stem}", ("",)) if rng.random() < 0.5 else (f"{stem} {rng.choice(BODIES)}", ("",))  # noqa: PLR2004
    if shape == 7:  # noqa: PLR2004 - names that start with letters
        core = f"{''.join(rng.choices('ABDEGHKLMNPRSTVZ', k=3))} {stem} {industry}"
    return Company(0, core, country, legal, words.stem(country))


def _japanese(rng: random.Random) -> Company:
    parts = [rng.choice(list(table.items())) for table in (KANJI_FIRST, KANJI_MIDDLE, KANJI_LAST, KANJI_TRADES)]
    kanji = "".join(sign for sign, _ in parts)
    core = f"{''.join(reading for _, reading in parts[:3])} {parts[3][1]}"
    return Company(0, core, "JP", rng.choice(LEGAL["JP"]), "Minatohama", native=kanji)


def _siblings(rng: random.Random, words: Vocabulary, family: int) -> list[Company]:
    """Two or three different companies that look alike: same stem in another trade, country, city or number, or a stem one letter off."""
    country = rng.choice(list(STYLES))
    stem, industry, city = words.stem(country), rng.choice(words.industries), words.stem(country)
    size, kind = rng.choice((2, 2, 3)), rng.choice(("descriptor", "industry", "country", "city", "number", "letter"))
    legal = rng.choice(LEGAL[country])
    if kind == "descriptor":
        cores = [f"{stem} {industry} {word}" for word in rng.sample(words.descriptors, size)]
    elif kind == "industry":
        cores = [f"{stem} {word}" for word in rng.sample(words.industries, size)]
    elif kind == "city":
        body = rng.choice(BODIES)
        cores = [f"{stem} {body} {words.stem(country)}" for _ in range(size)]
    elif kind == "number":
        body = rng.choice(("School District", "Investment Fund", "Wind Park", "Property Company"))
        cores = [f"{stem} {body} {number}" for number in rng.sample(range(1, 40), size)]
    elif kind == "letter":
        cores = [f"{stem} {industry}", f"{_other_letter(rng, stem)} {industry}"]
    else:
        places = rng.sample([place for place in COUNTRY_WORDS if place != "JP"], size)
        return [
            Company(0, f"{stem} {industry} {COUNTRY_WORDS[place]}", place, rng.choice(LEGAL[place]), city, family=family, kind=kind)
            for place in places
        ]
    return [Company(0, core, country, legal, city, family=family, kind=kind) for core in cores]


def _other_letter(rng: random.Random, stem: str) -> str:
    place = rng.randrange(2, len(stem))
    letters = "bdgklmnprstv" if stem[place] not in "aeiou" else "aeiou"
    return stem[:place] + rng.choice([letter for letter in letters if letter != stem[place]]) + stem[place + 1 :]

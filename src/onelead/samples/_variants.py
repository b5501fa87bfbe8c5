"""How one company's name is really written: case, legal forms, abbreviations, accents, slips, scripts."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from onelead.samples._companies import Company

SHORT = {
    "International": ("Intl", "Int'l", "Intl."),
    "Manufacturing": ("Mfg", "Mfg."),
    "University": ("Univ", "Univ."),
    "Technologies": ("Tech", "Technology"),
    "Technology": ("Tech", "Tech."),
    "Services": ("Svcs", "Service"),
    "Systems": ("Sys", "System"),
    "Engineering": ("Eng", "Engrg"),
    "Industries": ("Ind", "Inds."),
    "Laboratories": ("Labs", "Lab"),
    "Associates": ("Assoc", "Assoc."),
    "Development": ("Dev", "Devt"),
    "Distribution": ("Distr", "Dist."),
    "Hospital": ("Hosp", "Hosp."),
    "Institute": ("Inst", "Inst."),
    "Construction": ("Constr", "Const."),
    "Precision": ("Prec.",),
    "Electric": ("Elec", "Elec."),
    "Pharmaceutical": ("Pharm", "Pharma"),
}
SITES = ("Plant", "HQ", "Warehouse", "Campus", "Office", "Data Centre")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "AE", "Ö": "OE", "Ü": "UE", "Ø": "OE", "Å": "AA"})


def easy(rng: random.Random, company: Company) -> str:
    """A spelling beyond doubt: one to three of case, legal form, accents, punctuation, abbreviation and the and-sign."""
    core = company.core
    for change in rng.sample((_without_accents, _abbreviated, _other_and, _punctuated), rng.choice((0, 1, 1, 2))):
        core = change(rng, core)
    legal = rng.choice((*company.legal, *company.legal, ""))
    return _cased(rng, f"{core}{rng.choice((' ', ' ', ', ')) if legal else ''}{legal}")


def medium(rng: random.Random, company: Company) -> str:
    """A spelling that needs judgement: a slip of the pen, words in another order, or a site behind the name."""
    change: Callable[[random.Random, str], str] = rng.choice((_mistyped, _mistyped, _swapped))
    if company.family is None and rng.random() < 0.4:  # noqa: PLR2004 - where names differ by place, a place says another company
        site = f"{company.city} {rng.choice(SITES)}"
        return _cased(rng, f"{company.core} {rng.choice((f'- {site}', f'({site})', f', {site}'))}")
    return _cased(rng, f"{change(rng, company.core)} {rng.choice((*company.legal, ''))}".strip())


def hard(rng: random.Random, company: Company) -> str | None:
    """A spelling that only a shared key can join: the Japanese name, or initials. None where the company has neither."""
    if company.native:
        return rng.choice((f"株式会社{company.native}", f"{company.native}株式会社", f"{company.native}(株)", f"㈱{company.native}"))
    words = re.findall(r"\w+", company.core)
    if len(words) >= 3 and company.family is None:  # noqa: PLR2004 - shorter initials say nothing
        return "".join(word[0] for word in words if word.lower() not in {"of", "and"}).upper() + f" {company.legal[0]}".rstrip()
    return None


def _cased(rng: random.Random, name: str) -> str:
    draw = rng.random()
    if draw < 0.4:  # noqa: PLR2004 - project systems shout
        return name.upper()
    return name.lower() if draw < 0.45 else name  # noqa: PLR2004


def _without_accents(rng: random.Random, name: str) -> str:
    if rng.random() < 0.3:  # noqa: PLR2004 - the German and Nordic way
        name = name.translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O").replace("ł", "l"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _abbreviated(rng: random.Random, name: str) -> str:
    return " ".join(rng.choice(SHORT[word]) if word in SHORT else word for word in name.split(" "))


def _other_and(rng: random.Random, name: str) -> str:
    if "&" in name:
        return name.replace("&", rng.choice(("and", "und", "+")) if rng.random() < 0.3 else "and")  # noqa: PLR2004
    return name


def _punctuated(rng: random.Random, name: str) -> str:
    words = name.split(" ")
    if len(words) > 1 and words[1] != "&" and rng.random() < 0.5:  # noqa: PLR2004 - a hyphen as often as a double space
        return f"{words[0]}-{' '.join(words[1:])}"
    return name.replace(" ", "  ", 1)


def _mistyped(rng: random.Random, name: str) -> str:
    places = [match.start() for match in re.finditer(r"(?<=\w\w)[a-z](?=\w)", name)]
    if not places:
        return name
    place = rng.choice(places)
    slip = rng.randrange(4)
    if slip == 0:
        return name[:place] + name[place + 1 :]
    if slip == 1:
        return name[:place] + name[place] + name[place:]
    if slip == 2 and place + 1 < len(name):  # noqa: PLR2004
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name[:place] + rng.choice("abcdefghijklmnoprstuvwy") + name[place + 1 :]


def _swapped(rng: random.Random, name: str) -> str:
    if name.startswith("University of "):
        return f"{name.removeprefix('University of ')} University"
    words = name.split(" ")
    if "&" in words or len(words) < 2:  # noqa: PLR2004
        return _mistyped(rng, name)
    place = rng.randrange(len(words) - 1)
    words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)

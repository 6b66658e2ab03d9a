"""In which encoding and with which delimiter a CSV file was written, found out from what stands in it."""

import csv
import re
from collections import Counter
from io import StringIO

ENCODINGS = ("utf-8", "utf-16", "cp932", "cp1252")
"""What can be chosen: Unicode twice, Japanese (Shift-JIS as Windows writes it), Western."""

DELIMITERS = (",", ";", "\t", "|")

SAMPLE = 64 * 1024


def guess(content: bytes) -> str:
    """The encoding of a file."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if found := _utf_16_without_mark(content[:SAMPLE]):
        return found
    if _decodes(content, "utf-8"):
        return "utf-8"
    return "cp932" if _decodes(content, "cp932") and _looks_japanese(content[:SAMPLE]) else "cp1252"


def guess_delimiter(text: str) -> str:
    """What stands between the cells: what gives the same number of them, more than one, in most rows."""
    sample = text[:SAMPLE]
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def is_no_text(text: str) -> bool:
    """Whether this is a picture, a PDF or a program that happens to be decodable."""
    sample = text[:SAMPLE]
    strange = len(re.findall(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample))
    return text.startswith("%PDF-") or strange > len(sample) / 200


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _utf_16_without_mark(sample: bytes) -> str:
    """Texts for people hold commas and digits, and half of each of those is a zero byte."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) / 20 or min(even, odd) > max(even, odd) / 20:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _looks_japanese(sample: bytes) -> bool:
    """Kana and everyday kanji are many in Japanese; French read as Japanese gives rare kanji only."""
    everyday = len(re.findall(rb"[\x81-\x97][\x40-\x7e\x80-\xfc]|[\xa6-\xdf]{3,}", sample))
    rare = len(re.findall(rb"[\x98-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]", sample))
    return everyday > rare


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    try:
        rows = [row for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    counts = Counter(len(row) for row in rows[:50])
    usual, times = max(counts.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
    return (times / min(len(rows), 50), usual) if usual > 1 else (0.0, 0)

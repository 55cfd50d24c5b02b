"""Words, numbers, dates and money as the reader writes them: Vietnamese first, English on request."""

from provision.text.numbers import Unreadable, parse_number
from provision.text.words import LANGUAGES, Key, Money, Named, Share, Words

__all__ = ["LANGUAGES", "Key", "Money", "Named", "Share", "Unreadable", "Words", "parse_number"]

"""A picture, taken apart: what a test asks of an SVG."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


class Drawing:
    """An SVG, read as XML: parsing it at all is the first assertion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = ET.fromstring(text)

    def of_class(self, *names: str) -> list[ET.Element]:
        """Every element that has all of these classes."""
        return [each for each in self.root.iter() if set(names) <= set(each.get("class", "").split())]

    def words(self, element: ET.Element | None = None) -> list[str]:
        """The texts that are drawn, in order."""
        return ["".join(text.itertext()) for text in (self.root if element is None else element).iter(f"{SVG}text")]

    def shapes(self) -> list[tuple[str, ...]]:
        """Every line and box, where it is."""
        return [
            (each.tag, *(each.get(name, "") for name in ("d", "points", "x", "y")))
            for each in self.root.iter()
            if each.tag in {f"{SVG}path", f"{SVG}polygon"}
        ]

    @property
    def title(self) -> str:
        return self.root.findtext(f"{SVG}title") or ""

    @property
    def description(self) -> str:
        return self.root.findtext(f"{SVG}desc") or ""

    @property
    def body(self) -> str:
        """All that is drawn, without the CSS."""
        return re.sub(r"<style>.*?</style>", "", self.text, flags=re.DOTALL)

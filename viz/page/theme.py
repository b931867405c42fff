"""The colours of a page and what a firm adds to it. Everything that a colour says, a shape, a sign or a word says too."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

from viz.page.marks import Look

LEAST: Final = 7.5  # points: nothing on a page is printed smaller


@dataclass(frozen=True, slots=True)
class Theme:
    """What a firm may set: its name and a line for the foot of each page, and the colour that leads the eye."""

    firm: str = ""
    contact: str = ""
    accent: str = "#143D66"

    ink: str = "#1C2126"
    soft: str = "#5A636D"  # of words that explain
    pale: str = "#8A929B"  # of what the case did not go
    rule: str = "#CBD1D7"
    tint: str = "#F4F6F8"
    paper: str = "#FFFFFF"
    theirs: str = "#8A4B08"
    office: str = "#4B4770"
    waits: str = "#6A5600"
    fee: str = "#1F5B39"

    def hair(self) -> Look:
        return Look(line=self.rule, width=0.5)


FIRM: Final = ("firm", "contact", "accent")  # the keys of a theme file


class ThemeError(ValueError):
    """What a theme says that cannot be, in one sentence."""


def theme_of(data: dict[str, object]) -> Theme:
    """A firm's theme; every other colour is chosen so that grey print keeps it readable and stays as it is."""
    for name, value in data.items():
        if name not in FIRM:
            raise ThemeError(f"a theme says {', '.join(FIRM)}, and not `{name}`")
        if not isinstance(value, str):
            raise ThemeError(f"`{name}` is a text in quotation marks")
    told = {field.name: str(data[field.name]) for field in fields(Theme) if field.name in data}
    if "accent" in told:
        if brightness(told["accent"]) is None:
            raise ThemeError("`accent` is a colour such as #143D66")
        if (brightness(told["accent"]) or 0) > 0.45:
            raise ThemeError("`accent` is too bright: white words stand on it, and grey print must keep them readable")
    return replace(Theme(), **told)


def brightness(colour: str) -> float | None:
    """From 0 for black to 1 for white as grey print shows it; None for what is no colour."""
    if len(colour) != 7 or colour[0] != "#":
        return None
    try:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    except ValueError:
        return None
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255

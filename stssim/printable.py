"""Text on its way to a terminal: nothing in it may steer the terminal, for names and messages are anybody's."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""The text with every control character made visible, an escape as `\x1b`; lines end where they did.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)


def say(text: str = "", *, error: bool = False) -> None:
    """Prints a line on standard output or, for an error, on standard error."""
    import typer

    typer.echo(printable(text), err=error)

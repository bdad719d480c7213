"""Programs to copy: the formula as one writes it by hand, and a library's call beside it.

They stand below the heading Code of a ``lesson.md``; the numbers on the screen are put in
front of them. A test runs each and compares what it prints.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from notation.statement import Statement

BY_HAND = "By hand"
PRINTS = re.compile(r"Prints `(\w+)(?:\[([\w, ]+)\])?`(?:, within (\d+) %)?\.")
PRINTS_OWN = re.compile(r"Prints (\d[\d.]*), (the\s[^.]+), within (\d+) %\.")
BLOCK = re.compile(r"```python\n(.+?)\n```", re.DOTALL)
ROUNDING = 5e-4  # of four digits


@dataclass(frozen=True)
class Program:
    """A few lines of Python that print a number, mostly one on the screen.

    Parameters
    ----------
    title : str
        Whose call it is, or that it is written by hand.
    quantity : str
        The name of what is printed.
    entry : tuple of str
        Which entry of it: numbers, or names of integers on the screen.
    within : float
        How far off the printed number may be, as a part of it.
    lines : str
        The code; names of the lesson's inputs and controls stand for their numbers.
    own : (float, str), optional
        What it prints where that is no number on the screen, and what that is. Then
        ``quantity`` is empty.
    """

    title: str
    quantity: str
    entry: tuple[str, ...]
    within: float
    lines: str
    own: tuple[float, str] | None = None

    def number(self, known: Mapping[str, Any]) -> Any:
        """Return the number that it should print."""
        if self.own is not None:
            return self.own[0]
        place = tuple(int(known.get(name, name)) for name in self.entry)
        return np.asarray(known[self.quantity])[place].item()

    def meaning(self, statement: Statement) -> str:
        """Say what that number is."""
        if self.own is not None:
            return self.own[1]
        return statement.quantity(self.quantity).meaning

    def text(self, known: Mapping[str, Any]) -> str:
        """Return the program with the numbers that it needs in front."""
        used = needed(self.lines)
        numbers = [f"{name} = {literal(known[name])}" for name in used if name in known]
        head = ["import numpy as np"] if self._needs_numpy(numbers) else []
        imports, lines = split_imports(self.lines)
        parts = ("\n".join(part) for part in ([*head, *imports], numbers, [lines]))
        return "\n\n".join(filter(None, parts))

    def _needs_numpy(self, numbers: list[str]) -> bool:
        return "np." in self.lines or any("np." in line for line in numbers)


def read_programs(text: str) -> tuple[Program, ...]:
    """Read what stands below the heading Code, the one by hand first.

    Parameters
    ----------
    text : str
        ``Prints `quantity[entry]`.`` and a fenced block of Python; then perhaps headings
        of the third level, each a library or a longer program, with a block; what one
        prints, if that is something else, stands above it, as another quantity or as
        ``Prints 0.5, the share of heads, within 5 %.``

    Raises
    ------
    ValueError
        If it does not say what is printed, or lacks a block.
    """
    first, *others = re.split(r"^### (.+)\n", text, flags=re.MULTILINE)
    by_hand = _program(BY_HAND, first, None)
    pairs = zip(others[::2], others[1::2], strict=True)
    return by_hand, *(_program(title, body, by_hand) for title, body in pairs)


def _program(title: str, text: str, usual: Program | None) -> Program:
    block = BLOCK.search(text)
    if block is None:
        raise ValueError(f"{title}: a block of Python is needed")
    above = text[: block.start()]
    if own := PRINTS_OWN.search(above):
        number, meaning, percent = own.groups()
        told = float(number), " ".join(meaning.split())
        return Program(title, "", (), int(percent) / 100, block[1], told)
    stated = PRINTS.search(above)
    if stated is None and usual is None:
        raise ValueError("“Prints `quantity[entry]`.” is needed above the code")
    if stated is None:
        assert usual is not None  # noqa: S101 - narrows the type
        return Program(title, usual.quantity, usual.entry, usual.within, block[1])
    quantity, entry, percent = stated.groups()
    place = tuple(re.split(r", *", entry)) if entry else ()
    within = int(percent) / 100 if percent else ROUNDING
    return Program(title, quantity, place, within, block[1])


def split_imports(code: str) -> tuple[list[str], str]:
    """Cut the imports off the head of a program."""
    lines = code.split("\n")
    count = 0
    while count < len(lines) and lines[count].startswith(("import ", "from ")):
        count += 1
    return lines[:count], "\n".join(lines[count:]).strip("\n")


def needed(code: str) -> tuple[str, ...]:
    """Return the names that a program uses before it gives them a value.

    Examples
    --------
    >>> needed("x = beta * x; print(sum(y * scale for y in x))")
    ('beta', 'x', 'print', 'sum', 'scale')
    """
    given: set[str] = set()
    found: dict[str, None] = {}
    for statement in _one_by_one(ast.parse(code).body):
        nodes = list(ast.walk(statement))
        names = [n for n in nodes if isinstance(n, ast.Name)]
        own = given | set(_targets(statement))
        used = [n.id for n in names if isinstance(n.ctx, ast.Load)]
        # What is added to has the context of a target, and is needed too.
        changed = [n.target for n in nodes if isinstance(n, ast.AugAssign)]
        used = [n.id for n in changed if isinstance(n, ast.Name)] + used
        found |= dict.fromkeys(name for name in used if name not in own)
        given |= {n.id for n in names if isinstance(n.ctx, ast.Store)}
    return tuple(found)


def _one_by_one(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    """Walk over statements in their order: a loop's head, then what is in it."""
    for statement in statements:
        if isinstance(statement, ast.For):
            yield statement.iter
            yield statement.target
            yield from _one_by_one(statement.body)
            yield from _one_by_one(statement.orelse)
        elif isinstance(statement, (ast.While, ast.If)):
            yield statement.test
            yield from _one_by_one(statement.body)
            yield from _one_by_one(statement.orelse)
        else:
            yield statement


def _targets(statement: ast.AST) -> Iterator[str]:
    """Walk over the names that comprehensions and lambdas of a statement give values."""
    for node in ast.walk(statement):
        if isinstance(node, ast.comprehension):
            yield from (n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))
        elif isinstance(node, ast.Lambda):
            yield from (argument.arg for argument in node.args.args)


def literal(value: Any) -> str:
    """Write a value as Python code, to the last digit."""
    if isinstance(value, np.ndarray):
        text = repr(value.tolist())
        return f"np.array({text.replace('inf', 'np.inf').replace('nan', 'np.nan')})"
    if isinstance(value, np.generic):
        value = value.item()
    return repr(value)


def library_functions(compute: Callable[..., Any]) -> list[FunctionType]:
    """Return the functions of ``formulas`` that a lesson's computation calls.

    Those that it calls through helpers of the lesson are among them.
    """
    functions: dict[FunctionType, None] = {}
    callers = [compute]
    for caller in callers:
        scope = vars(inspect.getmodule(caller))
        tree = ast.parse(textwrap.dedent(inspect.getsource(caller)))
        for node in ast.walk(tree):
            value = scope.get(node.id) if isinstance(node, ast.Name) else None
            value = getattr(value, "__wrapped__", value)  # without its cache
            if not isinstance(value, FunctionType) or value in callers:
                continue
            if value.__module__.startswith("formulas."):
                functions[value] = None
            elif value.__module__.startswith("pages."):
                callers.append(value)
    return list(functions)

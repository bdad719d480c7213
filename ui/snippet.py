"""Code to copy: the NumPy functions that just ran, with the current numbers.

The snippet is cut out of the sources: the functions that the computation calls, without docstrings, annotations and input checks, so that it runs anywhere with
NumPy alone. A test runs it and compares the number it prints with the page's.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from notation.statement import Statement

CASTS = {
    "array": "np.array({0}, dtype=float)",
    "as_array": "np.array({0}, dtype=float)",
    "numeric": "np.array({0}, dtype=float)",
    "scalar": "float({0})",
    "integer": "int({0})",
    "choice": "{0}",
    "representable": "{0}",
    "generator": "np.random.default_rng({0})",
}


class _Bare(ast.NodeTransformer):
    """Strip docstrings, annotations and input checks from a function."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        node.returns = None
        node.decorator_list = [d for d in node.decorator_list if not _is_cache(d)]
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for argument in (*every, arguments.vararg, arguments.kwarg):
            if argument is not None:
                argument.annotation = None
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.body = [
            s for s in node.body if isinstance(s, (ast.AnnAssign, ast.FunctionDef))
        ]
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign):
                statement.annotation = ast.Name("object")
            else:
                self.visit(statement)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        self.generic_visit(node)
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        if isinstance(node.value, ast.Call) and _check_name(node.value) is not None:
            return None
        self.generic_visit(node)
        return node

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_For(self, node: ast.For) -> ast.For | None:
        self.generic_visit(node)
        return node if node.body else None

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name = _check_name(node)
        if name in CASTS:
            template = CASTS[name]
            if any(k.arg == "dtype" for k in node.keywords):
                template = "np.array({0}) * 1.0"  # real stays real, complex complex
            text = template.format(ast.unparse(node.args[0]))
            return ast.parse(text, mode="eval").body
        return node


def _is_cache(decorator: ast.expr) -> bool:
    """Tell whether a decorator only keeps results, which a short program does not need."""
    return "cache" in ast.unparse(decorator)


def _check_name(node: ast.Call) -> str | None:
    """Return which check of ``formulas.checks`` a call makes, if any."""
    called = node.func
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return called.attr if called.value.id == "checks" else None
    return None


@functools.cache
def bare_source(function: Callable[..., Any]) -> str:
    """Return what a function and all it calls need to run with NumPy alone."""
    found: dict[str, str] = {}
    _collect(function, found)
    return "\n\n".join(found.values())


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


def _collect(thing: Any, found: dict[str, str]) -> None:
    tree = _Bare().visit(ast.parse(textwrap.dedent(inspect.getsource(thing))))
    ast.fix_missing_locations(tree)
    scope = vars(inspect.getmodule(thing))
    found[thing.__name__] = ""  # stops recursion; the text follows its helpers
    _collect_names(tree, scope, found)
    found.pop(thing.__name__)
    found[thing.__name__] = ast.unparse(tree)


def _collect_names(
    tree: ast.AST, scope: Mapping[str, Any], found: dict[str, str]
) -> None:
    """Collect the functions and constants of a module that a piece of it names."""
    names = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    for name in dict.fromkeys(names):
        value = scope.get(name)
        value = getattr(value, "__wrapped__", value)  # without its cache
        if name in found:
            continue
        if isinstance(value, (FunctionType, type)) and _is_ours(value):
            _collect(value, found)
        elif isinstance(value, (int, float, str, tuple, dict)) and not callable(value):
            written = _written(name, scope) if "<" in repr(value) else None
            if written is not None:  # a table of functions has no literal
                _collect_names(written, scope, found)
            found[name] = f"{name} = {ast.unparse(written) if written else repr(value)}"


def _written(name: str, scope: Mapping[str, Any]) -> ast.expr | None:
    """Return what a module assigns to a name."""
    module = sys.modules[scope["__name__"]]
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        else:
            continue
        if any(isinstance(t, ast.Name) and t.id == name for t in targets):
            return node.value
    return None


def _is_ours(value: Any) -> bool:
    module = str(value.__module__)
    return module.startswith(("formulas.", "pages.")) and module != "formulas.checks"


def literal(value: Any) -> str:
    """Write a value as Python code, to the last digit."""
    if isinstance(value, np.ndarray):
        text = repr(value.tolist())
        return f"np.array({text.replace('inf', 'np.inf').replace('nan', 'np.nan')})"
    if isinstance(value, np.generic):
        value = value.item()
    return repr(value)


def snippet(
    statement: Statement, inputs: Mapping[str, Any], output: str, entry: tuple[int, ...]
) -> str:
    """Write a program that prints one entry of one result.

    Parameters
    ----------
    statement : Statement
        What to compute.
    inputs : mapping
        The inputs of ``statement.compute``.
    output : str
        The name of the result.
    entry : tuple of int
        Which entry of it, counted from 0; empty for a single number.

    Returns
    -------
    str
        Python source that needs NumPy only.
    """
    body = bare_source(statement.compute)
    known = inspect.signature(statement.compute).parameters
    used = {name: value for name, value in inputs.items() if name in known}
    lines = [f"{name} = {literal(value)}" for name, value in used.items()]
    arguments = ", ".join(
        name
        if known[name].kind is not inspect.Parameter.KEYWORD_ONLY
        else f"{name}={name}"
        for name in sorted(used, key=list(known).index)
    )
    place = f"[{', '.join(map(str, entry))}]" if entry else ""
    imports = [line for need, line in _IMPORTS.items() if re.search(need, body)]
    return "\n".join(
        [
            "import numpy as np",
            *imports,
            "",
            "# The functions as they ran, without looking for bad input.",
            body,
            "",
            "# The numbers on the screen.",
            *lines,
            f"result = {statement.compute.__name__}({arguments})",
            f'print(f"{{result.{output}{place}:.4g}}")',
        ]
    )


_IMPORTS = {
    r"\bcmath\.": "import cmath",
    r"\bmath\.": "import math",
    r"@dataclass": "from dataclasses import dataclass",
    r"\bsliding_window_view\b": "from numpy.lib.stride_tricks import sliding_window_view",
    r"\bitertools\.": "import itertools",
}

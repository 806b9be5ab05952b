"""Syntax: a program's text as Python's own parser sees it, with what its tree does not say by itself.

Which statement stands in a line, in which function something stands, and whose a name is there.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Binding = tuple[ast.AST | None, str]  # the function whose name it is (None: the module), and the name
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
LEAVES = frozenset({"_exit", "exit", "abort", "quit", "execv", "execvp", "execve", "execl", "execlp"})


class Syntax:
    """The tree of a program; an empty one, if Python cannot parse it."""

    def __init__(self, text: str) -> None:
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError):
            self.tree = ast.Module([], [])
        self.nodes = list(ast.walk(self.tree))
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.functions: defaultdict[str, list[ast.FunctionDef]] = defaultdict(list)
        self.calls: defaultdict[str, list[ast.Call]] = defaultdict(list)
        self.statements = [node for node in self.nodes if isinstance(node, ast.stmt)]
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name].append(node)
            elif isinstance(node, ast.Call):
                self.calls[called(node)].append(node)
        self._own: dict[ast.AST, frozenset[str]] = {}
        self._at: dict[int, list[ast.stmt]] = {}
        self._lines: dict[ast.AST | None, frozenset[int]] = {}

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What the node stands in, from the innermost on."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def statement(self, node: ast.AST) -> ast.AST:
        """The statement that the node is a part of."""
        while not isinstance(node, ast.stmt) and node in self.parents:
            node = self.parents[node]
        return node

    def statements_at(self, line: int) -> list[ast.stmt]:
        """The statements that do something in this line: of one with a block its head."""
        if line not in self._at:
            there = [s for s in self.statements if s.lineno <= line <= (s.end_lineno or s.lineno)]
            around = {above for inner in there for above in self.above(inner)}
            self._at[line] = [s for s in there if s not in around]
        return self._at[line]

    def function_of(self, node: ast.AST) -> ast.AST | None:
        """The function in which the node stands; None for the module."""
        return next((above for above in self.above(node) if isinstance(above, FUNCTIONS)), None)

    def binding(self, name: str, at: ast.AST) -> Binding:
        """Whose the name is there."""
        function = self.function_of(at)
        while function is not None and name not in self._own_names(function):
            function = self.function_of(function)
        return function, name

    def lines_of(self, function: ast.AST | None) -> frozenset[int]:
        """The lines of a function, or of the module, without those of functions in it."""
        if function not in self._lines:
            inside = _inside(function or self.tree)
            within = (node for node in inside if isinstance(node, ast.expr | ast.stmt) and not _has_a_block(node))
            self._lines[function] = frozenset(
                line for node in within for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
            )
        return self._lines[function]

    def _own_names(self, function: ast.AST) -> frozenset[str]:
        if function not in self._own:
            self._own[function] = frozenset(_own_names(function))
        return self._own[function]


def called(call: ast.Call) -> str:
    """The name of the function or method that is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def parameters(function: ast.AST) -> list[str]:
    """The names of a function's parameters, in order."""
    given = getattr(function, "args", None)
    if not isinstance(given, ast.arguments):
        return []
    return [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def head_of(statement: ast.AST) -> Iterator[ast.AST]:
    """All of a statement but the statements in it, and the functions that it only defines."""
    for field, value in ast.iter_fields(statement):
        if field in _BLOCKS and isinstance(value, list):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST) and not isinstance(part, ast.arguments):
                yield from ast.walk(part)


def blocks_of(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of statements in a statement."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(statement, field, None)
        if isinstance(block, list):
            yield block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def leaves(block: list[ast.stmt]) -> bool:
    """Whether what stands behind a block is not done after it."""
    last = block[-1] if block else None
    if isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return True
    if isinstance(last, ast.With | ast.Try):
        return any(leaves(inner) for inner in (getattr(last, "finalbody", []), last.body))
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and called(last.value) in LEAVES


def _own_names(function: ast.AST) -> set[str]:
    own, others = set(parameters(function)), set()
    given = getattr(function, "args", None)
    own |= {each.arg for each in (getattr(given, "vararg", None), getattr(given, "kwarg", None)) if each}
    for node in _inside(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            own.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            others |= set(node.names)
    return own - others


def _has_a_block(node: ast.AST) -> bool:
    """Whether statements stand in a node, whose lines are their own."""
    return isinstance(node, (*FUNCTIONS, ast.ClassDef)) or any(
        isinstance(n, ast.stmt) for n in ast.iter_child_nodes(node)
    )


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, without what stands in functions and classes in it."""
    ahead = list(ast.iter_child_nodes(function))
    while ahead:
        node = ahead.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            ahead += ast.iter_child_nodes(node)

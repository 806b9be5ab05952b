"""Data flow: whether what a program writes in one line can depend on what it has read in another.

From the read on, names are followed through assignments, arguments and returns, in any order of the lines: a forward
slice of the program (Weiser, Program slicing, ICSE 1981), without its loops and branches. What is written depends on
the read by its value, if it is made of one of these names, or by a test that stands before it. A test for one value
alone (``turn == me``) is another thing than a limit (``count < 10``): who finds that value has been let through by the
one who wrote it. No verdict rests on this alone: that the same bytes were read and written says the run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from .syntax import Binding, Syntax, blocks_of, called, head_of, leaves, parameters

_FILLS = frozenset({"append", "add", "extend", "insert", "update", "setdefault"})
_MOST_STATEMENTS = 3000  # of a program that is followed at all
_DEPTH = 2  # of calls around a line whose tests count
_RETURN, _ATTRIBUTE = "return ", "."


@dataclass(frozen=True, slots=True)
class Dependence:
    """How a write depends on a read: by ``value``, by a ``test``; and whether that is for one value alone, ``exact``.

    ``neutral`` is false where the test asks for something that can be another for each process.
    """

    value: bool = False
    test: bool = False
    exact: bool = False
    neutral: bool = True


_NONE = Dependence()


@dataclass(frozen=True, slots=True)
class _Guard:
    """A test that came out ``true`` or false before a line is done; ``around`` it, or in a loop that is over."""

    test: ast.expr
    true: bool
    around: bool


class DataFlow:
    """The data flow of a program, in which the lines ``written`` write into memory that is shared."""

    def __init__(self, syntax: Syntax, written: Iterable[int | None]) -> None:
        self._syntax, self._written = syntax, frozenset(written)
        self._too_long = len(self._syntax.statements) > _MOST_STATEMENTS
        self.between = cache(self._between)
        self.is_polled = cache(self._is_polled)
        self._tainted = cache(self._find_tainted)
        self._guards_at = cache(lambda line: [g for s in self._syntax.statements_at(line) for g in self._guards(s)])

    def _between(self, read: int, write: int) -> Dependence:
        """How what is written in one line depends on what another one reads."""
        if self._too_long or not self._syntax.statements_at(write):
            return _NONE
        names, syntax = self._tainted(read), self._syntax
        value = any(self._uses(part, names) for s in syntax.statements_at(write) for part in _inputs(s))
        constant = not value and read != write
        guards = [guard for guard in self._guards_at(write) if self._is_about(guard.test, read, names)]
        exact = [_is_exact(guard.test, guard.true, constant, not guard.around) for guard in guards]
        return Dependence(
            value,
            any(guard.around or is_exact for guard, is_exact in zip(guards, exact, strict=True)),
            any(exact),
            all(self._is_neutral(guard.test, names) for guard in guards),
        )

    def _is_polled(self, line: int) -> bool:
        """Whether a loop does the line again, perhaps until something has come."""
        return any(self._is_in_a_loop(statement, _DEPTH) for statement in self._syntax.statements_at(line))

    def _is_in_a_loop(self, node: ast.AST, depth: int) -> bool:
        loops = (above for above in (node, *self._syntax.above(node)) if isinstance(above, ast.For | ast.While))
        if any(isinstance(loop, ast.While) or _waits(loop) for loop in loops):
            return True
        function = self._syntax.function_of(node)
        calls = self._syntax.calls.get(getattr(function, "name", ""), ()) if depth else ()
        return any(self._is_in_a_loop(call, depth - 1) for call in calls)

    def _find_tainted(self, line: int) -> frozenset[Binding]:
        """The names that can hold what was read in this line."""
        names: set[Binding] = set()
        sources = set(self._syntax.statements_at(line))
        before = -1
        while before < len(names):
            before = len(names)
            for statement in self._syntax.statements:
                uses = statement in sources or any(self._uses(part, names) for part in _inputs(statement))
                if uses or self._gets_by_a_method(getattr(statement, "target", None), names):
                    names |= set(self._results(statement, names, statement in sources))
        return frozenset(names)

    def _results(self, statement: ast.stmt, names: set[Binding], source: bool) -> Iterator[Binding]:
        """The names that get what a statement makes of what it has got."""
        for target in _targets(statement):
            if not (self._written & _span(target)):
                yield from self._held_by(target)
                yield from self._set_by_a_method(target)
        if isinstance(statement, ast.Return):
            yield None, _RETURN + getattr(self._syntax.function_of(statement), "name", "")
        for node in head_of(statement):
            if isinstance(node, ast.NamedExpr):
                yield from self._held_by(node.target)
            elif isinstance(node, ast.Call):
                yield from self._given(node, names, source)

    def _given(self, call: ast.Call, names: set[Binding], source: bool) -> Iterator[Binding]:
        """The parameters that get such a value, or what is filled with it."""
        arguments = [*call.args, *(word.value for word in call.keywords)]
        given = [
            self._uses(argument, names) or (source and not isinstance(argument, ast.Constant | ast.Name))
            for argument in arguments
        ]
        for function in self._syntax.functions.get(called(call), ()):
            own = parameters(function)
            own = own[1:] if isinstance(call.func, ast.Attribute) and own[:1] == ["self"] else own
            takers = [*own[: len(call.args)], *[None] * (len(call.args) - len(own)), *(w.arg for w in call.keywords)]
            yield from ((function, taker) for taker, is_given in zip(takers, given, strict=False) if is_given and taker)
        if called(call) in _FILLS and any(given) and isinstance(call.func, ast.Attribute):
            yield from self._held_by(call.func.value)

    def _held_by(self, target: ast.expr) -> Iterator[Binding]:
        if isinstance(target, ast.Name):
            yield self._syntax.binding(target.id, target)
        elif isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                yield from self._held_by(each)
        elif isinstance(target, ast.Attribute):
            yield None, _ATTRIBUTE + target.attr
        elif isinstance(target, ast.Subscript | ast.Starred):
            yield from self._held_by(target.value)

    def _set_by_a_method(self, target: ast.expr) -> Iterator[Binding]:
        """The parameter that gets the value, where a property or an item of an object of the program's own is set."""
        for function in self._methods(target, "setter", "__setitem__"):
            if own := parameters(function):
                yield function, own[-1]

    def _gets_by_a_method(self, target: ast.AST | None, names: set[Binding] | frozenset[Binding]) -> bool:
        """Whether a method of the program returns what stands there, and that is one of these values.

        What is changed in place, as ``counter.value += 1``, is got before it is set.
        """
        return any((None, _RETURN + function.name) in names for function in self._methods(target, "", "__getitem__"))

    def _methods(self, node: ast.AST | None, decorator: str, item: str) -> list[ast.FunctionDef]:
        if isinstance(node, ast.Subscript):
            return self._syntax.functions.get(item, [])
        if not isinstance(node, ast.Attribute):
            return []
        there = self._syntax.functions.get(node.attr, [])
        return [
            function for function in there if any(_is_property(each, decorator) for each in function.decorator_list)
        ]

    def _uses(self, part: ast.AST, names: set[Binding] | frozenset[Binding]) -> bool:
        return bool(names) and any(self._is_use(node, names) for node in ast.walk(part))

    def _is_use(self, node: ast.AST, names: set[Binding] | frozenset[Binding]) -> bool:
        if isinstance(node, ast.Name):
            return isinstance(node.ctx, ast.Load) and self._syntax.binding(node.id, node) in names
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return False
        if self._gets_by_a_method(node, names):
            return True
        if isinstance(node, ast.Attribute):
            return (None, _ATTRIBUTE + node.attr) in names
        return isinstance(node, ast.Call) and (None, _RETURN + called(node)) in names

    def _is_about(self, test: ast.expr, read: int, names: frozenset[Binding]) -> bool:
        return read in _span(test) or self._uses(test, names)

    def _guards(self, node: ast.AST, depth: int = _DEPTH) -> Iterator[_Guard]:
        """The tests that decide whether a node is come to."""
        for above in self._syntax.above(node):
            if isinstance(above, ast.If | ast.While | ast.IfExp):
                yield from self._around(above, node)
            for block in blocks_of(above):
                if node in block:
                    yield from _passed(block[: block.index(node)])
            if isinstance(above, ast.FunctionDef):
                calls = self._syntax.calls.get(above.name, ()) if depth else ()
                yield from (guard for call in calls[:10] for guard in self._guards(call, depth - 1))
                return
            node = above

    def _around(self, above: ast.If | ast.While | ast.IfExp, node: ast.AST) -> Iterator[_Guard]:
        if node is above.body or (isinstance(above.body, list) and node in above.body):
            yield _Guard(above.test, True, True)
        elif node is above.orelse or (isinstance(above.orelse, list) and node in above.orelse):
            yield _Guard(above.test, False, True)

    def _is_neutral(self, test: ast.expr, names: frozenset[Binding]) -> bool:
        """Whether the test asks the same in every process: for nothing but what was read, and what is set once."""
        return all(
            self._syntax.binding(node.id, node) in names or self._is_set_once(node)
            for node in ast.walk(test)
            if isinstance(node, ast.Name) and not self._says_where(node)
        )

    def _says_where(self, name: ast.Name) -> bool:
        """Whether a name is a part of where something stands, as ``seats`` and ``i`` in ``seats[i]``."""
        node: ast.AST = name
        for above in self._syntax.above(name):
            if isinstance(above, ast.Subscript | ast.Attribute):
                return True
            if isinstance(above, ast.Call):
                return node is above.func
            if isinstance(above, ast.stmt):
                return False
            node = above
        return False

    def _is_set_once(self, name: ast.Name) -> bool:
        function, _ = self._syntax.binding(name.id, name)
        stores = (
            node
            for node in self._syntax.nodes
            if isinstance(node, ast.Name) and node.id == name.id and isinstance(node.ctx, ast.Store)
        )
        return function is None and len(list(stores)) <= 1


def _passed(before: list[ast.stmt]) -> Iterator[_Guard]:
    """The tests in these statements that what stands behind them has got past."""
    for statement in before:
        if isinstance(statement, ast.If):
            if leaves(statement.body):
                yield _Guard(statement.test, False, True)
            elif leaves(statement.orelse):
                yield _Guard(statement.test, True, True)
        elif isinstance(statement, ast.While):
            yield _Guard(statement.test, False, False)
            yield from _breaks(statement.body)
        elif isinstance(statement, ast.With | ast.Try):
            yield from _passed(statement.body)


def _breaks(block: list[ast.stmt]) -> Iterator[_Guard]:
    """The tests behind which a loop is left."""
    for statement in block:
        if isinstance(statement, ast.If) and any(isinstance(each, ast.Break) for each in statement.body):
            yield _Guard(statement.test, True, False)
        elif isinstance(statement, ast.With | ast.Try):
            yield from _breaks(statement.body)


def _is_exact(test: ast.expr, true: bool, constant: bool, waited: bool) -> bool:
    """Whether a test that came out so leaves one value only; if a ``constant`` is written, what holds is a flag.

    Who has ``waited`` for a value to be another one has been let through as well.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _is_exact(test.operand, not true, constant, waited)
    if isinstance(test, ast.BoolOp):
        parts = [_is_exact(part, true, constant, waited) for part in test.values]
        return any(parts) if true == isinstance(test.op, ast.And) else all(parts)
    if isinstance(test, ast.Compare):
        equal, other = (ast.Eq, ast.Is), (ast.NotEq, ast.IsNot)
        one = equal + other if waited else equal if true else other
        return all(isinstance(op, one) for op in test.ops)
    return constant or not true


def _waits(loop: ast.AST) -> bool:
    """Whether a loop sleeps, or is left early: it may be looking for something."""
    return any(
        isinstance(node, ast.Break) or (isinstance(node, ast.Call) and called(node) in ("sleep", "wait"))
        for node in ast.walk(loop)
    )


def _is_property(decorator: ast.expr, part: str) -> bool:
    """Whether this makes a function a property's getter, or, with ``part``, its setter."""
    if isinstance(decorator, ast.Attribute):
        return decorator.attr == part
    return not part and isinstance(decorator, ast.Name) and decorator.id in ("property", "cached_property")


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, ast.AugAssign | ast.AnnAssign | ast.For):
        return [statement.target]
    if isinstance(statement, ast.With):
        return [item.optional_vars for item in statement.items if item.optional_vars]
    return []


def _inputs(statement: ast.stmt) -> Iterator[ast.AST]:
    """What a statement computes with: not where it puts the result, nor the object of a method."""
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return):
        yield from [statement.value] if statement.value else []
        for target in _targets(statement):
            yield from (node.slice for node in ast.walk(target) if isinstance(node, ast.Subscript))
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield from statement.value.args
        yield from (word.value for word in statement.value.keywords)
    elif isinstance(statement, ast.For):
        yield statement.iter
    elif isinstance(statement, ast.If | ast.While):
        yield from (node.value for node in ast.walk(statement.test) if isinstance(node, ast.NamedExpr))
    elif isinstance(statement, ast.With):
        yield from (item.context_expr for item in statement.items)
    elif isinstance(statement, ast.Expr):
        yield statement.value


def _span(node: ast.AST) -> frozenset[int]:
    start = getattr(node, "lineno", 0)
    return frozenset(range(start, (getattr(node, "end_lineno", 0) or start) + 1))

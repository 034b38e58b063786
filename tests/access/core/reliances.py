"""What a source tree relies on in other packages, read off the source: the names that it imports, and the attributes
that it takes from what it got there.

An attribute is found wherever an expression comes from such a package: through assignments, loops, returned values and
parameters. A value is followed across functions only where the annotation says `Any` or names a type of the package,
because a value that has a type of our own is no longer the other package's. What comes from boto3 is not followed: a
client's operations are public.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

_PLAIN = frozenset(name for kind in (dict, list, set, str, bytes, tuple, int, BytesIO) for name in dir(kind))
_LOADERS = {"import_module", "getattr"}
_SAME = {"cast", "iter", "list", "next", "reversed", "set", "sorted", "tuple", "zip", "enumerate", "filter"}
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


@dataclass(frozen=True)
class Reliances:
    """What is relied on, each with the modules that do: dotted names, and attributes by the package of their owner."""

    names: Mapping[str, set[str]]
    attributes: Mapping[str, Mapping[str, set[str]]]
    private: Mapping[str, set[str]]
    """Attributes that begin with an underscore and are set nowhere in the tree, whosever they are."""


@dataclass
class _Module:
    name: str
    tree: ast.Module
    imports: dict[str, str] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    """The package of the base of each class that has one from elsewhere."""
    methods: dict[ast.AST, str] = field(default_factory=dict)
    """The package of the base of the class that a method is of."""
    held: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Origins of what stands under names of the module and under `self.x`."""


def reliances(root: Path, packages: tuple[str, ...], assumed: Mapping[str, str]) -> Reliances:
    """What the package in the folder `root` relies on in `packages`.

    `assumed` says of modules of ours whose a parameter is that is annotated as `Any`: `{"ours.access": "moto"}`.
    """
    modules = [_module(path, root) for path in sorted(root.rglob("*.py"))]
    names: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for dotted in (*module.imports.values(), *_named_in_texts(module.tree, packages)):
            if dotted.partition(".")[0] in packages:
                names[dotted].add(module.name)
    reader = _Reader(packages, assumed, {each.name: each for each in modules})
    before = -1
    while before != reader.size():
        before = reader.size()
        for module in modules:
            reader.read(module)
    private = _private_attributes(modules)
    return Reliances(names, reader.attributes, private)


def _module(path: Path, root: Path) -> _Module:
    parts = path.relative_to(root.parent).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    module = _Module(name, ast.parse(path.read_text(encoding="utf-8")))
    nodes = [*ast.walk(module.tree)]
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                module.imports[alias.asname or alias.name.partition(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module.imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    module.functions |= {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                package = module.imports.get(ast.unparse(base).partition(".")[0], "").partition(".")[0]
                if package:
                    module.classes[node.name] = package
                    module.methods |= dict.fromkeys(node.body, package)
    return module


def _named_in_texts(tree: ast.AST, packages: tuple[str, ...]) -> Iterator[str]:
    """Modules that are named in texts, to be imported by that name (`f"moto.{service}.urls"` is `moto.*.urls`)."""
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        package, dot, rest = text.partition(".")
        if package in packages and dot and all(part == "*" or part.isidentifier() for part in rest.split(".")):
            yield text


def _private_attributes(modules: list[_Module]) -> Mapping[str, set[str]]:
    taken: dict[str, set[str]] = defaultdict(set)
    own: set[str] = set()
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                own.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                own.add(node.id)
            elif isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("_"):
                if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
                    own.add(node.attr)
                else:
                    taken[node.attr].add(module.name)
    return {name: where for name, where in taken.items() if name not in own}


class _Reader:
    """Reads modules over and over, until nothing new is found."""

    def __init__(self, packages: tuple[str, ...], assumed: Mapping[str, str], modules: Mapping[str, _Module]) -> None:
        self._packages = packages
        self._assumed = assumed
        self._modules = modules
        self._returned: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._passed: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.attributes: dict[str, dict[str, set[str]]] = {package: defaultdict(set) for package in packages}
        self._scopes: dict[ast.AST, list[ast.AST]] = {}
        self._module: _Module

    def size(self) -> int:
        """Grows with whatever is found."""
        found: list[set[str]] = [*self._returned.values(), *self._passed.values()]
        found += [origins for module in self._modules.values() for origins in module.held.values()]
        found += [modules for taken in self.attributes.values() for modules in taken.values()]
        return sum(map(len, found))

    def read(self, module: _Module) -> None:
        self._module = module
        self._block(module.tree, module.held, None)

    def _block(self, scope: ast.AST, local: dict[str, set[str]], inside: str | None) -> None:
        """The statements of a module or function; those of the functions in it come after, and see its names."""
        nodes = self._scopes.get(scope)
        if nodes is None:
            nodes = self._scopes[scope] = [*_own_nodes(scope)]
        for node in (*nodes, *nodes):  # a name may be used above where it is bound
            if not isinstance(node, _Definition):
                self._node(node, local, inside)
        for function in (node for node in nodes if isinstance(node, _Definition)):
            name = function.name if not isinstance(function, ast.Lambda) else (inside or "")
            within = defaultdict(set, {key: set(value) for key, value in local.items()})
            for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
                passed = self._passed[self._module.name, name, argument.arg]
                within[argument.arg] = passed | self._annotated(self._module, argument.annotation)
                if argument.annotation is not None and ast.unparse(argument.annotation) == "Any":
                    within[argument.arg] |= self._assumed_of(self._module.name)
            package = self._module.methods.get(function, "")
            if package in self._packages:
                within["self"] = {package}
                self._take(name, {package})
            self._block(function, within, name)

    def _node(self, node: ast.AST, local: dict[str, set[str]], inside: str | None) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, self._origins(node.value, local), local)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._bind(node.target, self._origins(node.value, local), local)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self._bind(node.target, self._origins(node.iter, local), local)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind(node.optional_vars, self._origins(node.context_expr, local), local)
        elif isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None and inside:
            definition = self._module.functions.get(inside)
            if definition is not None and _says_any(definition.returns):
                self._returned[self._module.name, inside] |= self._origins(node.value, local) - {"boto3"}
        elif isinstance(node, ast.Attribute):
            self._take(node.attr, self._origins(node.value, local))
        elif isinstance(node, ast.Call):
            self._call(node, local)

    def _call(self, node: ast.Call, local: dict[str, set[str]]) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in {"getattr", "hasattr", "setattr"}:
            owner, name = node.args[0], node.args[1]
            if isinstance(name, ast.Constant):
                self._take(str(name.value), self._origins(owner, local))
        where, name_called = self._called(node.func)
        definition = self._modules[where].functions.get(name_called) if where in self._modules else None
        if definition is None:
            return
        parameters = [*definition.args.posonlyargs, *definition.args.args]
        if parameters and parameters[0].arg == "self":
            parameters = parameters[1:]
        by_name = {each.arg: each for each in (*parameters, *definition.args.kwonlyargs)}
        given = [*zip(parameters, node.args, strict=False)]
        given += [(by_name[each.arg], each.value) for each in node.keywords if each.arg in by_name]
        for parameter, value in given:
            if _says_any(parameter.annotation):
                self._passed[where, name_called, parameter.arg] |= self._origins(value, local) - {"boto3"}

    def _called(self, function: ast.expr) -> tuple[str, str]:
        """The module and name of a function of ours that is called, else two empty texts."""
        if isinstance(function, ast.Name):
            if function.id in self._module.functions:
                return self._module.name, function.id
            where, _, name = self._module.imports.get(function.id, "").rpartition(".")
            return where, name
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            if function.value.id == "self":
                return self._module.name, function.attr
            return self._module.imports.get(function.value.id, ""), function.attr
        return "", ""

    def _bind(self, target: ast.expr, origins: set[str], local: dict[str, set[str]]) -> None:
        if not origins:
            return
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                local[node.id] |= origins
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            self._module.held[f"self.{target.attr}"] |= origins

    def _take(self, attribute: str, origins: set[str]) -> None:
        for origin in origins:
            if attribute not in _PLAIN:
                self.attributes[origin][attribute].add(self._module.name)

    def _origins(self, node: ast.AST | None, local: Mapping[str, set[str]]) -> set[str]:
        """The packages that the value of an expression comes from."""
        if isinstance(node, ast.Name):
            package = self._module.imports.get(node.id, "").partition(".")[0]
            return {package} if package in self._packages else set(local.get(node.id, ()))
        if isinstance(node, ast.Attribute):
            if node.attr == "modules" and ast.unparse(node) == "sys.modules":
                return {text.partition(".")[0] for text in _named_in_texts(self._module.tree, self._packages)}
            if isinstance(node.value, ast.Name) and node.value.id == "self" and not local.get("self"):
                return set(self._module.held.get(f"self.{node.attr}", ()))
            return self._origins(node.value, local)
        if isinstance(node, ast.Call):
            return self._origins_of_call(node, local)
        if isinstance(node, ast.Subscript | ast.Starred | ast.Await | ast.NamedExpr | ast.keyword):
            return self._origins(node.value, local)
        if isinstance(node, ast.IfExp):
            return self._origins(node.body, local) | self._origins(node.orelse, local)
        if isinstance(node, ast.BoolOp):
            return set().union(*(self._origins(each, local) for each in node.values))
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return set().union(*(self._origins(each, local) for each in node.elts))
        if isinstance(node, ast.Dict):
            return set().union(*(self._origins(each, local) for each in node.values))
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            return self._origins(node.elt, local)
        if isinstance(node, ast.DictComp):
            return self._origins(node.value, local)
        return set()

    def _origins_of_call(self, node: ast.Call, local: Mapping[str, set[str]]) -> set[str]:
        if isinstance(node.func, ast.Name) and node.func.id in _LOADERS | _SAME:
            loaded = {text.partition(".")[0] for text in _named_in_texts(node, self._packages)}
            return loaded.union(*(self._origins(argument, local) for argument in node.args))
        if isinstance(node.func, ast.Name) and node.func.id in self._module.classes:
            return {self._module.classes[node.func.id]} & set(self._packages)
        where, name = self._called(node.func)
        if where in self._modules:
            definition = self._modules[where].functions.get(name)
            annotated = self._annotated(self._modules[where], definition.returns) if definition else set()
            return self._returned[where, name] | annotated
        return self._origins(node.func, local)

    def _assumed_of(self, module: str) -> set[str]:
        return {package for place, package in self._assumed.items() if f"{module}.".startswith(f"{place}.")}

    def _annotated(self, module: _Module, annotation: ast.expr | None) -> set[str]:
        """The packages whose types an annotation names."""
        named = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)} if annotation else set()
        return {module.imports.get(name, "").partition(".")[0] for name in named} & set(self._packages)


_READ = (
    ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.For | ast.AsyncFor | ast.comprehension | ast.withitem | ast.Return
    | ast.Yield | ast.YieldFrom | ast.Attribute | ast.Call
)  # fmt: skip


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes in a scope that are read, in their order, functions in it included but not what is in them."""
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, _Definition):
            yield child
        else:
            if isinstance(child, _READ):
                yield child
            yield from _own_nodes(child)


def _says_any(annotation: ast.expr | None) -> bool:
    return annotation is None or "Any" in ast.unparse(annotation)

"""Reads the guide's YAML files; every fault names the file and the field."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from serve.services.guide_model import Contact, Entry, GuideError, Law, Sheet, Source, Step, Text

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Model = TypeVar("_Model", bound=BaseModel)


class _Sources(RootModel[dict[str, Source]]):
    """``sources.yaml``."""


class _Captions(RootModel[dict[str, Text]]):
    """``drawings.yaml``."""


class _Contacts(RootModel[tuple[Contact, ...]]):
    """``contacts.yaml``."""


class _Steps(RootModel[tuple[Step, ...]]):
    """``steps.yaml``."""


def shipped_folder() -> Traversable:
    """Folder of the guide that ships with this version."""
    return files("serve").joinpath("guide")


class Reader:
    """Reads all files of a guide's folder and gathers their faults in ``problems``, one a line."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def read(self) -> dict[str, Any]:
        """Contents by kind: what :class:`serve.services.guide.Guide` is made of."""
        sources = self._one("sources.yaml", _Sources)
        captions = self._one("drawings.yaml", _Captions)
        contacts = self._one("contacts.yaml", _Contacts)
        steps = self._one("steps.yaml", _Steps)
        return {
            "sources": sources.root if sources else {},
            "captions": captions.root if captions else {},
            "contacts": contacts.root if contacts else (),
            "steps": {step.id: step for step in steps.root} if steps else {},
            "entries": dict(self._many("entries", Entry)),
            "sheets": dict(self._many("checklists", Sheet)),
            "laws": {law.country: law for _, law in self._many("law", Law)},
            "drawings": self._drawings(),
        }

    def _many(self, name: str, kind: type[_Model]) -> Iterator[tuple[str, _Model]]:
        """Valid files of a folder by name; the name is the id."""
        for file in sorted(self._list(name), key=lambda file: file.name):
            if not file.name.endswith(".yaml"):
                self.problems.append(f"{name}/{file.name}: expected a file ending in .yaml")
                continue
            found = self._one(f"{name}/{file.name}", kind)
            if found is None:
                continue
            own = str(getattr(found, "id", None) or getattr(found, "country", ""))
            if f"{own}.yaml" != file.name:
                self.problems.append(f"{name}/{file.name}: it calls itself {own!r}; expected the name of the file")
            yield own, found

    def _list(self, name: str) -> list[Traversable]:
        folder = self.folder.joinpath(name)
        if not folder.is_dir():
            self.problems.append(f"{name}/: there is no such folder")
            return []
        return list(folder.iterdir())

    def _drawings(self) -> dict[str, str]:
        """Drawings by name, as SVG."""
        return {
            file.name.removesuffix(".svg"): file.read_text(encoding="utf-8").strip()
            for file in self._list("drawings")
            if file.name.endswith(".svg")
        }

    def _one(self, name: str, kind: type[_Model]) -> _Model | None:
        try:
            text = self.folder.joinpath(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}: cannot be read: {error}")
            return None
        try:
            data = _parse(text)
        except yaml.YAMLError as error:
            self.problems.append(f"{name}: not valid YAML: {' '.join(str(error).split())}")
            return None
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            self.problems += [f"{name}, {_where(fault['loc'], data)}: {fault['msg']}" for fault in error.errors()]
            return None


def _parse(text: str) -> Any:
    """Contents of a YAML document. A key given twice is an error, where YAML alone would keep the last."""
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _refuse_repeats(node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _refuse_repeats(node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"key {key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
            _refuse_repeats(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_repeats(value)


def _where(location: tuple[int | str, ...], data: Any) -> str:
    """Pydantic's ``('features', 3, 'basis')`` as words; a list's member is called by its id if it has one."""
    parts: list[str] = []
    for step in location:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        name = data.get("id") if isinstance(step, int) and isinstance(data, dict) else None
        parts.append(f"{step} ({name})" if name else str(step))
    return f"field '{'.'.join(parts)}'" if parts else "the whole file"


def complain(problems: list[str]) -> None:
    """Raise :class:`GuideError` with all problems, if there are any."""
    if problems:
        raise GuideError(f"the guide's data files have {len(problems)} problem(s):\n  " + "\n  ".join(problems))

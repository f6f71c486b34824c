"""Facts of a paper from JSON, their check and their list of fields; errors name the field in Chinese. Draws nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import inspect

from documents.errors import PaperError
from documents.labels import LABELS

LARGEST = 4 * 1024 * 1024
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_PLAIN = {
    inspect.StrType: "text",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "flag",
    inspect.DateType: "date",
    inspect.DateTimeType: "moment",
    inspect.EnumType: "choice",
    inspect.DataclassType: "group",
    inspect.VarTupleType: "list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field for a form: `type` is text, number, flag, date, moment, choice, group or list.

    `most` bounds the length of a text or list; `choices` are the values of a choice; `fields` are those of a
    group, or of one item of a list of groups (else `fields` is empty and items are texts).
    """

    name: str
    label: str
    type: str
    required: bool
    most: int | None = None
    choices: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


def read(kind: type[Any], data: bytes, labels: Mapping[str, str] | None = None) -> Any:
    """Facts of `kind` from JSON. Raises PaperError naming the field that is missing, unknown, too long or wrong."""
    if len(data) > LARGEST:
        raise PaperError("paper.too_long", f"内容文件超过{LARGEST // 1024 // 1024} MB。", limit=LARGEST)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise PaperError("paper.not_json", "内容文件不是JSON，或者编码不是UTF-8。") from None
    if not isinstance(found, dict):
        raise PaperError("paper.not_json", "内容文件应当是一个JSON对象，各项以英文名称为键。")
    _refuse_unknown(found, fields(kind, labels), "")
    return _converted(found, kind, labels)


def check(paper: Any, labels: Mapping[str, str] | None = None) -> None:
    """The same bounds for facts made in code."""
    _converted(msgspec.to_builtins(paper), type(paper), labels)


def fields(kind: type[Any], labels: Mapping[str, str] | None = None) -> tuple[Field, ...]:
    """The fields of a kind, in order, required ones first."""
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.DataclassType)
    made = (_field(each.name, each.type, each.required, labels) for each in found.fields)
    return tuple(sorted(made, key=lambda field: not field.required))


def schema(kind: type[Any]) -> dict[str, Any]:
    """JSON Schema (2020-12) of a kind's facts."""
    return msgspec.json.schema(kind)


def _field(name: str, type_: inspect.Type, required: bool, labels: Mapping[str, str] | None) -> Field:
    if isinstance(type_, inspect.UnionType):  # something or null
        type_ = next(each for each in type_.types if not isinstance(each, inspect.NoneType))
    type_ = _bare(type_)
    most: int | None = getattr(type_, "max_length", None)
    inner: tuple[Field, ...] = ()
    item = _bare(type_.item_type) if isinstance(type_, inspect.VarTupleType) else type_
    if isinstance(item, inspect.DataclassType):
        inner = tuple(_field(each.name, each.type, each.required, labels) for each in item.fields)
    choices = tuple(str(each.value) for each in type_.cls) if isinstance(type_, inspect.EnumType) else ()
    return Field(
        name=name,
        label=label_of(name, labels),
        type=_PLAIN[type(type_)],
        required=required,
        most=most,
        choices=choices,
        fields=inner,
    )


def _bare(type_: inspect.Type) -> inspect.Type:
    return type_.type if isinstance(type_, inspect.Metadata) else type_


def label_of(name: str, labels: Mapping[str, str] | None) -> str:
    return (labels or {}).get(name) or LABELS[name]


def _converted(found: Any, kind: type[Any], labels: Mapping[str, str] | None) -> Any:
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise _told(str(error), labels) from None


def _refuse_unknown(found: Mapping[str, Any], known: tuple[Field, ...], path: str) -> None:
    names = {field.name: field for field in known}
    for name, value in found.items():
        if name not in names:
            raise PaperError(
                "paper.unknown_field",
                f"不认识“{path}{name}”这一项。可以填写：{'、'.join(f'{f.name}（{f.label}）' for f in known)}。",
                field=f"{path}{name}",
            )
        inner = names[name].fields
        for each in value if isinstance(value, list) else [value]:
            if inner and isinstance(each, dict):
                _refuse_unknown(each, inner, f"{path}{name}.")


def _told(said: str, labels: Mapping[str, str] | None) -> PaperError:
    """msgspec's sentence ("Expected `str` of length <= 300 - at `$.cause`") as ours."""
    problem, _, at = said.partition(" - at `")
    path: list[str | int] = [name or int(index) + 1 for name, index in _STEP.findall(at)]
    missing = re.search(r"missing required field `(\w+)`", problem)
    if missing:
        path = [*path, missing.group(1)]
    name = _named(path, labels)
    field = ".".join(str(step) for step in path)
    if missing or r"'\\S'" in problem or "of length >= 1" in problem:
        return PaperError("paper.incomplete", f"还没有填写“{name}”（{field}），请补充后再生成。", field=field)
    if limit := re.search(r"of length <= (\d+)", problem):
        many = "array" in problem
        code, unit = ("paper.too_many", "项") if many else ("paper.too_long", "字")
        text = f"“{name}”（{field}）超过{limit.group(1)}{unit}，请精简后再生成。"
        return PaperError(code, text, field=field, limit=int(limit.group(1)))
    return PaperError("paper.wrong_value", f"“{name}”（{field}）{_wanted(problem)}。", field=field)


def _named(path: list[str | int], labels: Mapping[str, str] | None) -> str:
    """当事人第2项的姓名."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"第{step}项"
        else:
            text += ("的" if text else "") + (label_of(step, labels) if step in LABELS else step)
    return text or "内容"


def _wanted(problem: str) -> str:
    for sign, text in (
        ("Invalid enum value", "不在可选的值中"),
        ("timezone", "应当是带时区的时间，如 2026-03-05T09:30:00+08:00"),
        ("RFC3339 encoded date", "应当是日期，如 2026-03-05"),
        ("RFC3339 encoded datetime", "应当是带时区的时间，如 2026-03-05T09:30:00+08:00"),
        (r"\d{1,12}", "应当是金额，单位元，如 1200.00"),
        ("[0-9a-f]{64}", "应当是64位十六进制的SHA-256校验值"),
        (">=", "太小"),
        ("<=", "太大"),
        ("`str`", "应当是文字"),
        ("`array`", "应当是列表"),
        ("`object`", "应当是一组内容"),
        ("`int`", "应当是整数"),
        ("`bool`", "应当是 true 或 false"),
    ):
        if sign in problem:
            return text
    return f"不合要求（{problem}）"

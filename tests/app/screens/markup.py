"""Reading a drawn page in tests: by id, by slot, and what is to be seen."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import html

Node: TypeAlias = Any  # lxml brings no types for HTML


def read(source: str) -> Node:
    return html.document_fromstring(source)


def pick(page: Node, xpath: str) -> list[Node]:
    return list(page.xpath(xpath))


def by_id(page: Node, id: str) -> Node:
    return page.get_element_by_id(id)


def words(node: Node) -> str:
    """The text with single spaces."""
    return " ".join(node.text_content().split())


def slot(node: Node, field: str) -> str:
    """The text of the first slot of that name, outside rows."""
    return words(pick(node, f".//*[@data-field='{field}'][not(ancestor::*[@data-id])]")[0])


def visible(node: Node) -> bool:
    return "hidden" not in node.attrib


def keys(page: Node, container: str) -> list[str]:
    """The keys of the shown children of a list, in order."""
    return [node.get("data-id") for node in by_id(page, container) if visible(node)]

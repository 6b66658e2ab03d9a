"""A region's name is its block's name and its element's id: every `respond(...)` and `changed(...)` is held to it."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from jinja2 import Environment, nodes
from lxml import html

from config import ROOT

pytestmark = pytest.mark.ground

TEMPLATES = ROOT / "templates"

COMPUTED = {
    "documents.py": {"form", "lines", "totals"},
    "payments.py": {"form", "shares", "sums"},
}
"""Regions that a view chooses while it runs, by its file."""

NAMED_BY_ITS_LIST = {("records/related.html", "panel"): "{{ target.region }}"}
"""A panel is on pages beside others of its kind, so its id is that of its list."""


class Answer(NamedTuple):
    """A call that answers with regions of a template."""

    place: str
    template: str
    region: str


def _answers() -> Iterator[Answer]:
    for path in sorted((ROOT / "blueprints").rglob("*.py")):
        if path.name == "respond.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("respond", "changed"):
                arguments = node.args[1:] if node.func.id == "changed" else node.args
                template, *regions = arguments
                for region in _names(regions, path.name):
                    yield Answer(f"{path.name}:{node.lineno}", template.value, region)


def _names(regions: list[ast.expr], file: str) -> set[str]:
    fixed = {region.value for region in regions if isinstance(region, ast.Constant)}
    return fixed | (COMPUTED[file] if len(fixed) < len(regions) else set())


ANSWERS = sorted(set(_answers()))
every_answer = pytest.mark.parametrize("answer", ANSWERS, ids=[f"{a.place}-{a.region}" for a in ANSWERS])


def test_views_do_answer_with_regions():
    assert len(ANSWERS) > 20
    assert {answer.region for answer in ANSWERS} >= {
        "listing",
        "header",
        "form",
        "panel",
        "timeline",
        "lines",
    }


@every_answer
def test_a_region_is_a_block_of_the_template_itself(answer):
    tree = Environment().parse((TEMPLATES / answer.template).read_text())
    assert answer.region in {block.name for block in tree.find_all(nodes.Block)}


@every_answer
def test_a_region_is_exactly_one_element_whose_id_is_its_name(answer):
    markup = _as_html(_block(answer.template, answer.region))
    [element] = [
        each for each in html.fragments_fromstring(markup) if not isinstance(each, str) or each.strip()
    ]
    assert element.get("id") == NAMED_BY_ITS_LIST.get((answer.template, answer.region), answer.region)


@every_answer
def test_a_region_can_travel_out_of_band(answer):
    if (answer.template, answer.region) not in NAMED_BY_ITS_LIST:
        first_tag = _as_source(_block(answer.template, answer.region)).partition(">")[0]
        assert "ui.oob_attr(oob)" in first_tag


@every_answer
def test_no_template_with_regions_is_extended_further(answer):
    for path in TEMPLATES.rglob("*.html"):
        assert f'extends "{answer.template}"' not in path.read_text(), path


def test_no_block_uses_what_the_top_of_its_file_sets():
    """A block that is rendered alone does not see it."""
    for template in {answer.template for answer in ANSWERS}:
        top = {
            node.target.name
            for node in Environment().parse((TEMPLATES / template).read_text()).body
            if isinstance(node, nodes.Assign)
        }
        for answer in ANSWERS:
            if answer.template == template:
                used = set(
                    re.findall(
                        r"\w+", " ".join(re.findall(r"{[{%].*?[}%]}", _block(template, answer.region)))
                    )
                )
                assert not top & used, f"{template}: {top & used}"


def test_the_names_of_regions_are_names_in_every_language_of_a_page():
    for answer in ANSWERS:
        assert re.fullmatch(r"[a-z][a-z_]*", answer.region), "a hyphen is no name in Jinja"


def _block(template: str, name: str) -> str:
    """The source between a block's tags."""
    source = (TEMPLATES / template).read_text()
    start = re.search(rf"{{% block {name} %}}", source)
    assert start, f"{template} has no block {name}"
    depth, position = 1, start.end()
    for tag in re.finditer(r"{%-? (block \w+|endblock) ?-?%}", source[start.end() :]):
        depth += 1 if tag[1].startswith("block") else -1
        if not depth:
            return source[position : position + tag.start()]
    raise AssertionError(f"{template}: block {name} does not end")


def _as_source(source: str) -> str:
    """The source without comments, and with what it consists of put in when it is one include."""
    source = re.sub(r"{#.*?#}", "", source, flags=re.S).strip()
    only_include = re.fullmatch(r'{% include "([\w/.]+)" %}', source)
    return _as_source((TEMPLATES / only_include[1]).read_text()) if only_include else source


def _as_html(source: str) -> str:
    """The source with Jinja's tags taken out, so that only its elements are left."""
    source = re.sub(
        r"{% (set|include|if|elif|else|endif|for|endfor|call|endcall|block|endblock).*?%}",
        "",
        _as_source(source),
    )
    return re.sub(r"{{ ui\.oob_attr\(oob\) }}", "", source)

"""Pages from templates, with everything escaped that is not ours. The door of jinja2."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape


def page(template: str, **parts: object) -> str:
    """Return a page made from one of our templates; every part is escaped unless the template says otherwise."""
    environment = Environment(
        loader=FunctionLoader(lambda name: files("provision.render").joinpath("templates", name).read_text("utf-8")),
        autoescape=select_autoescape(["html", "j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**parts)

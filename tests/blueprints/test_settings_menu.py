"""The settings' menu leads to everything that the settings have, once."""

from blueprints.settings_menu import GROUPS, PAGES
from domain.modules import ALL
from tests.pages import see


def test_every_page_and_every_module_of_the_settings_is_in_one_group():
    grouped = [key for _label, keys in GROUPS for key in keys]
    pages = [page.permission.removesuffix(".view") for page in PAGES]
    modules = [key for key, module in ALL.items() if module.area == "settings" and not module.parent]
    assert sorted(grouped) == sorted([*pages, *modules])


def test_the_overview_and_the_menu_show_the_same(client_of, cast):
    page = see(client_of(cast.admin), "/settings")
    in_menu = {link.get("href") for link in page.all('//*[@id="nav_settings"]//a')}
    assert in_menu == {link.get("href") for link in page.all("//main//section//a")}
    assert len(in_menu) > 12

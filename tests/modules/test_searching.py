"""Every list and every picker can be searched, also those of modules that keep no folded text."""

import pytest

from domain.modules import ALL


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize("typed", ["a", "10%", "é", "'", "\\", "ﾌﾞﾗｹｯﾄ"])
def test_every_module_can_be_searched(cast, client_of, key, typed):
    client = client_of(cast.admin)
    path = ALL[key].path
    for address in (f"/{path}", f"/{path}/options"):
        assert client.get(address, query_string={"q": typed}).status_code == 200


def test_a_short_list_is_searched_by_name(cast, client_of, factories):
    factories.tax(name="TVA 20 %")
    page = client_of(cast.admin).get("/settings/taxes?q=tva").get_data(as_text=True)
    assert "TVA 20 %" in page
    assert "TVA 20 %" not in client_of(cast.admin).get("/settings/taxes?q=zzz").get_data(as_text=True)

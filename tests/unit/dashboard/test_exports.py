"""Every table that can be taken along is declared once and stands on a page."""

from __future__ import annotations

import pytest

from dashboard.export import exports
from dashboard.page import pages


@pytest.mark.parametrize("export", exports().values(), ids=lambda export: export.key)
class TestEveryExport:
    def test_stands_on_a_page_there_is(self, export):
        assert export.page in pages()

    def test_has_a_place_of_its_own_on_its_page(self, export):
        others = [e for e in exports().values() if e.page == export.page and e is not export]

        assert export.place not in {other.place for other in others}

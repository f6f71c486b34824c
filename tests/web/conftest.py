"""One running application for all tests of the desk; each test brings its own dispute."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from court.config import Config
from court.domain.printer import Place
from court.printers import PrinterSetting
from court.sending_settings import SmsSettings
from tests.prepared import prepare
from tests.web.desk_court import Court, running

# A gateway that no test reaches by itself: what is sent goes to the one a test puts in its place.
SMS = SmsSettings(url="http://127.0.0.1:9/send")
# Both are switched off: what is ordered waits.
PRINTERS = [
    PrinterSetting(name="车上打印机", uri="ipp://127.0.0.1:9/ipp/print"),
    PrinterSetting(name="法院打印机", uri="ipp://127.0.0.1:9/ipp/court", place=Place.COURT),
]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path) -> Config:
    """Folders, keys and the database of one node."""
    folder = tmp_path_factory.mktemp("court")
    config = Config(
        data_dir=folder,
        fonts_dir=fonts_dir,
        petition_name="云阳县信访局",
        signing_workers=1,
        second_profile="sm2",
        sms=SMS,
        media_workers=0,
        printers=PRINTERS,
    )
    prepare(config)
    return config


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def court(prepared: Config) -> AsyncIterator[Court]:
    """The application with its people."""
    async with running(prepared) as found:
        yield found

"""Where each body's seal key lies, as court.toml says it ([[seal_keys]]). Opens nothing."""

from pathlib import Path
from typing import Literal

import msgspec

from documents.data import ServicePlace, TokenPlace

ProfileName = Literal["B-B", "B-T", "B-LT", "B-LTA"]


class SealKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A seal that is not an encrypted file of this node: in a PKCS#11 token, or at a signing service.

    PIN and bearer token are files of mode 0600, never settings. `certificate`: PEM chain of another authority.
    """

    body: str
    store: Literal["pkcs11", "service"]
    module: Path = Path()
    token: str = ""
    pin_file: Path = Path()
    label: str = ""
    certificate: str = ""
    url: str = ""
    secret_file: str = ""
    ca_file: str = ""
    whole: bool = False
    seconds: int = 8

    def problem(self) -> str:
        """What is missing or wrong, in English for the reader of court.toml; "" when it can be used."""
        if self.store == "pkcs11" and not (
            self.module.is_absolute() and self.token and self.pin_file.is_absolute()
        ):
            return '`store = "pkcs11"` needs `module` and `pin_file`, absolute paths, and `token`, its label'
        if self.store == "service" and not self.url.startswith(("http://", "https://")):
            return '`store = "service"` needs `url`, http://… or https://…'
        return "" if 1 <= self.seconds <= 15 else "`seconds` must be 1..15"

    def place(self) -> TokenPlace | ServicePlace:
        """The same for the papers part."""
        if self.store == "pkcs11":
            return TokenPlace(
                body_name=self.body,
                module=self.module,
                token=self.token,
                pin_file=self.pin_file,
                label=self.label,
                certificate=_file(self.certificate),
            )
        return ServicePlace(
            body_name=self.body,
            url=self.url,
            secret_file=_file(self.secret_file),
            ca_file=_file(self.ca_file),
            whole=self.whole,
            seconds=self.seconds,
        )


def _file(text: str) -> Path | None:
    return Path(text).expanduser() if text else None

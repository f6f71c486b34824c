"""Settings of one node: court.toml read into a struct; secrets come from COURT_* variables, never from the file."""

import ipaddress
import os
import re
from pathlib import Path
from typing import Literal

import msgspec

from court import printers, sending_settings
from court.domain.drawing import DRAWABLE
from court.domain.procedure import Wage
from court.keyring import ProfileName, SealKey
from court.printers import PrinterSetting
from court.sending_settings import MailSettings, SmsSettings

# Kinds whose reading aloud can be asked for; one that no party signs on a pad has nobody to hear it.
READABLE = ("agreement", "transcript", *(kind.value for kind in DRAWABLE))
# RFC 7065: turn:host[:port][?transport=udp|tcp]; hosts are names, IPv4 addresses or [IPv6].
TURN_URL = re.compile(r"turns?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?")
# 法〔2015〕137号: the court's sign between year and kind of case.
COURT_CODE = re.compile(r"(最高法|[一-龥]\d{0,4})")
MAX_TURN_URLS, LEAST_TURN_SECRET = 8, 16
MOST_PER_ADDRESS = 100_000


class ConfigError(Exception):
    """A setting that cannot be used; the text names the file, the key and what to do."""


def _user_dir(variable: str, fallback: str) -> Path:
    base = os.environ.get(variable)
    return (Path(base) if base else Path.home() / fallback) / "mobile-court"


def default_data_dir() -> Path:
    """Where a node keeps everything it must not lose: $COURT_DATA, else the user's data directory (XDG)."""
    override = os.environ.get("COURT_DATA")
    return Path(override) if override else _user_dir("XDG_DATA_HOME", ".local/share")


def default_fonts_dir() -> Path:
    """Where converted fonts lie: $COURT_FONTS_DIR, else the user's cache (they can be made again at any time)."""
    override = os.environ.get("COURT_FONTS_DIR")
    return Path(override) if override else _user_dir("XDG_CACHE_HOME", ".cache") / "fonts"


def compiled_pages_dir() -> Path:
    """Where page templates lie compiled: the user's cache. Anybody who may write there may already act as this user."""
    return _user_dir("XDG_CACHE_HOME", ".cache") / "pages"


def default_media_workers() -> int:
    """One core is left for pages and papers; more than eight processes serve no court."""
    return min(8, max(1, len(os.sched_getaffinity(0)) - 1))


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every setting with its default. Sizes in bytes, times in seconds; an empty string means "not configured"."""

    data_dir: Path = msgspec.field(default_factory=default_data_dir)
    fonts_dir: Path = msgspec.field(default_factory=default_fonts_dir)
    font_sources: Path = Path("/usr/local/share/mobile-court/fonts")
    licensed_fonts: dict[str, Path] = msgspec.field(default_factory=dict)

    demonstration: bool = True

    host: str = "127.0.0.1"
    port: int = 8700
    public_url: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    lan_names: list[str] = msgspec.field(default_factory=list)
    ice_addresses: list[str] = msgspec.field(default_factory=list)
    ice_public_addresses: list[str] = msgspec.field(default_factory=list)
    turn_urls: list[str] = msgspec.field(default_factory=list)
    turn_only: bool = False

    # IP addresses or networks of reverse proxies whose X-Forwarded-For is believed.
    trusted_proxies: list[str] = msgspec.field(default_factory=list)
    connections_per_address: int = 500
    sockets_per_address: int = 100
    uploads_per_address: int = 16

    recordings_copy_dir: str = ""

    database_url: str = ""
    court_name: str = "重庆市云阳县人民法院"
    court_code: str = "渝0235"
    committee_name: str = "云阳县凤鸣镇人民调解委员会"
    petition_name: str = ""
    vehicle_name: str = "车载便民法庭01号车"
    help_phone: str = "12368"

    timestamp_urls: list[str] = msgspec.field(default_factory=list)
    person_profile: ProfileName = "B-T"
    seal_profile: ProfileName = "B-LTA"
    second_profile: Literal["none", "sm2"] = "none"
    seal_keys: list[SealKey] = msgspec.field(default_factory=list)
    renew_before_days: int = 180

    # Kinds of paper that are signed only after everybody agreed to every paragraph read aloud.
    read_aloud: list[str] = msgspec.field(default_factory=lambda: ["agreement"])

    # What the clause checker warns of: interest and penalty in percent a year, and where the limit is from; a penalty
    # in percent of the sum. Four times the one-year LPR (法释〔2020〕17号 25): set it when a new rate is published.
    interest_limit: float = 12.0
    interest_limit_source: str = "一年期贷款市场报价利率3.0%的四倍"
    penalty_limit: float = 30.0

    speech: Literal["none", "funasr", "sherpa"] = "none"
    speech_url: str = ""
    speech_model_dir: Path = Path()

    # 上年度就业人员年平均工资 of the province, newer than those of the program: a figure decides which case is small.
    wages: list[Wage] = msgspec.field(default_factory=list)

    sms: SmsSettings = SmsSettings()
    mail: MailSettings = MailSettings()
    service_days: int = 30

    printer_uri: str = ""
    printers: list[PrinterSetting] = msgspec.field(default_factory=list)
    max_upload_bytes: int = 20 * 1024 * 1024
    max_upload_pixels: int = 50_000_000
    signing_workers: int = 2
    media_workers: int = msgspec.field(default_factory=default_media_workers)

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the store."""
        return self.database_url or f"sqlite:///{self.data_dir / 'court.sqlite'}"

    @property
    def region(self) -> str:
        """The sign of the province, as in case numbers."""
        return self.court_code[:1]

    @property
    def authority_dir(self) -> Path:
        """Keys and certificates of the embedded certificate, time-stamp and OCSP authority."""
        return self.data_dir / "authority"

    @property
    def passphrase_file(self) -> Path:
        """Opens the authority's private keys; made at first start, mode 0600."""
        return self.data_dir / "authority.secret"

    @property
    def seal_bodies(self) -> tuple[str, ...]:
        """Whose seals this node has."""
        return tuple(dict.fromkeys((self.court_name, self.committee_name, self.petition_body)))

    @property
    def petition_body(self) -> str:
        """Who receives petitions and seals their papers: an office of its own, else the court."""
        return self.petition_name or self.court_name

    @property
    def all_printers(self) -> list[PrinterSetting]:
        """Those of the list, or the one of `printer_uri`."""
        return self.printers or ([printers.single(self.printer_uri)] if self.printer_uri else [])

    @property
    def blobs_dir(self) -> Path:
        return self.data_dir / "blobs"

    @property
    def recordings_dir(self) -> Path:
        """One folder a hearing, named by its id."""
        return self.data_dir / "recordings"

    @property
    def copy_dir(self) -> Path | None:
        """The second place of every recording; None while none is configured."""
        return Path(self.recordings_copy_dir).expanduser() if self.recordings_copy_dir else None

    @property
    def exports_dir(self) -> Path:
        """Copies made of recordings; each can be made again from the original."""
        return self.data_dir / "exports"

    @property
    def turn_secret(self) -> str:
        """What this node shares with its TURN server: $COURT_TURN_SECRET, never in the file."""
        return os.environ.get("COURT_TURN_SECRET", "")

    @property
    def sms_secret(self) -> str:
        """What this node shares with its gateway of text messages: $COURT_SMS_SECRET, never in the file."""
        return os.environ.get("COURT_SMS_SECRET", "")

    @property
    def mail_bounce_secret(self) -> str:
        """What this node shares with the mail server that hands it delivery notifications: $COURT_MAIL_BOUNCE_SECRET."""
        return os.environ.get("COURT_MAIL_BOUNCE_SECRET", "")

    @property
    def mail_password(self) -> str:
        """Of the mail server: $COURT_MAIL_PASSWORD, never in the file."""
        return os.environ.get("COURT_MAIL_PASSWORD", "")

    @property
    def run_dir(self) -> Path:
        """Sockets of the media processes and the lock of the one server of this folder."""
        return self.data_dir / "run"

    @property
    def is_loopback(self) -> bool:
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def uses_tls(self) -> bool:
        return bool(self.tls_cert) or not self.is_loopback

    @property
    def base_url(self) -> str:
        """The address people type and papers carry."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.uses_tls else 'http'}://{host}:{self.port}"


def _from_toml(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value).expanduser()
    return value


def parse(text: bytes, origin: str = "court.toml") -> Config:
    """Decode TOML bytes. Errors: ConfigError naming the unknown or wrong key."""
    try:
        config = msgspec.toml.decode(text, type=Config, dec_hook=_from_toml)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{origin}: {error}") from error
    return check(config, origin)


def check(config: Config, origin: str = "court.toml") -> Config:
    """Refuse combinations that could not work, in words."""
    if not 1 <= config.port <= 65535:
        raise ConfigError(f"{origin}: `port` must be 1..65535, not {config.port}")
    if not 0 <= config.media_workers <= 64:
        raise ConfigError(f"{origin}: `media_workers` must be 0..64, not {config.media_workers}")
    if bool(config.tls_cert) != bool(config.tls_key):
        raise ConfigError(f"{origin}: `tls_cert` and `tls_key` go together; give both or neither")
    if config.speech == "funasr" and not config.speech_url.startswith(("ws://", "wss://")):
        raise ConfigError(f'{origin}: `speech = "funasr"` needs `speech_url`, ws://… or wss://…')
    if config.speech == "sherpa" and not config.speech_model_dir.is_absolute():
        raise ConfigError(f'{origin}: `speech = "sherpa"` needs `speech_model_dir`, an absolute path')
    if config.host in {"0.0.0.0", "::"} and not (config.public_url and config.lan_names):  # noqa: S104
        raise ConfigError(
            f'{origin}: `host = "{config.host}"` needs `public_url` (the address people type) and '
            "`lan_names` (the names and addresses the certificate is for)"
        )
    for fault in sending_settings.faults(config.sms, config.sms_secret, config.mail):
        raise ConfigError(f"{origin}: {fault}")
    if not 1 <= config.service_days <= 366:
        raise ConfigError(f"{origin}: `service_days` must be 1..366")
    if config.printers and config.printer_uri:
        raise ConfigError(f"{origin}: give [[printers]] or `printer_uri`, not both")
    if problem := printers.problem(config.all_printers):
        raise ConfigError(f"{origin}: [[printers]]: {problem}")
    _check_entrances(config, origin)
    if any(kind not in READABLE for kind in config.read_aloud):
        raise ConfigError(f"{origin}: `read_aloud` may name {', '.join(READABLE)}")
    if not (0 < config.interest_limit <= 100 and 0 < config.penalty_limit <= 100):
        raise ConfigError(
            f"{origin}: `interest_limit` and `penalty_limit` are percents, above 0 and at most 100"
        )
    _check_signing(config, origin)
    _check_media(config, origin)
    return config


def _check_entrances(config: Config, origin: str) -> None:
    for proxy in config.trusted_proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            raise ConfigError(
                f"{origin}: `trusted_proxies` takes IP addresses or networks (10.0.0.2, 10.0.0.0/24); "
                f"{proxy!r} is neither"
            ) from None
    for key in ("connections_per_address", "sockets_per_address", "uploads_per_address"):
        if not 1 <= getattr(config, key) <= MOST_PER_ADDRESS:
            raise ConfigError(f"{origin}: `{key}` must be 1..{MOST_PER_ADDRESS}")


def _check_signing(config: Config, origin: str) -> None:
    # 民诉法解释 262: a people's tribunal seals with its basic court's seal, so the court is what is named here.
    for named in ("court_name", "petition_name"):
        if (name := getattr(config, named)).endswith("法庭"):
            raise ConfigError(
                f"{origin}: `{named}` is the body whose seal papers bear, never a tribunal: {name!r} ends with 法庭"
            )
    if not COURT_CODE.fullmatch(config.court_code):
        raise ConfigError(f"{origin}: `court_code` is the court's sign in case numbers, such as 渝0235")
    for url in config.timestamp_urls:
        if not url.startswith(("http://", "https://")):
            raise ConfigError(f"{origin}: `timestamp_urls` takes http://… or https://…; {url!r} is neither")
    if len(config.timestamp_urls) > 4:
        raise ConfigError(f"{origin}: `timestamp_urls` takes at most 4 addresses, asked in order")
    if not 1 <= config.renew_before_days <= 3650:
        raise ConfigError(f"{origin}: `renew_before_days` must be 1..3650")
    for key in config.seal_keys:
        if problem := key.problem():
            raise ConfigError(f"{origin}: [[seal_keys]] of {key.body}: {problem}")
    bodies = [key.body for key in config.seal_keys]
    if len(set(bodies)) != len(bodies):
        raise ConfigError(f"{origin}: [[seal_keys]] names a body twice")


def _check_media(config: Config, origin: str) -> None:
    for key in ("ice_addresses", "ice_public_addresses"):
        for address in getattr(config, key):
            try:
                ipaddress.ip_address(address)
            except ValueError:
                raise ConfigError(
                    f"{origin}: `{key}` takes IP addresses; {address!r} is none (write 203.0.113.7, not a name)"
                ) from None
    for url in config.turn_urls:
        if not TURN_URL.fullmatch(url):
            raise ConfigError(
                f"{origin}: `turn_urls` takes turn:host:port?transport=udp or …=tcp; {url!r} is neither"
            )
    if len(config.turn_urls) > MAX_TURN_URLS:
        raise ConfigError(f"{origin}: `turn_urls` takes at most {MAX_TURN_URLS} addresses")
    if config.turn_urls and len(config.turn_secret) < LEAST_TURN_SECRET:
        raise ConfigError(
            f"{origin}: `turn_urls` needs the variable COURT_TURN_SECRET: the TURN server's static-auth-secret, "
            f"at least {LEAST_TURN_SECRET} characters"
        )
    if config.turn_only and not config.turn_urls:
        raise ConfigError(f"{origin}: `turn_only` needs `turn_urls`; nobody could connect")


def load(path: Path | None = None) -> Config:
    """The settings of `path`, else of $COURT_CONFIG, else of ./court.toml, else the defaults."""
    named = path or (Path(os.environ["COURT_CONFIG"]) if "COURT_CONFIG" in os.environ else None)
    chosen = named or Path("court.toml")
    if not chosen.is_file():
        if named:
            raise ConfigError(f"{named}: no such file")
        return Config()
    return parse(chosen.read_bytes(), str(chosen))

"""Settings: the example equals the defaults, and what cannot work is refused with its name."""

from pathlib import Path

import pytest

from court import config


def test_the_example_file_equals_the_defaults() -> None:
    example = Path(__file__).parents[2] / "court.example.toml"
    assert config.parse(example.read_bytes()) == config.Config()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"prot = 8700", "prot"),
        (b'port = "8700"', "port"),
        (b"port = 0", "port"),
        (b"media_workers = -1", "media_workers"),
        (b'tls_cert = "a.pem"', "tls_key"),
        (b'host = "0.0.0.0"', "public_url"),
        (b'ice_public_addresses = ["court.example"]', "ice_public_addresses.*203.0.113.7"),
        (b'turn_urls = ["https://court.example"]', "turn_urls.*transport"),
        (b'turn_urls = ["turn:court.example:3478?transport=tls"]', "turn_urls.*transport"),
        (b'turn_urls = ["turn:court.example"]', "COURT_TURN_SECRET"),
        (b"turn_only = true", "turn_only.*turn_urls"),
        (b'trusted_proxies = ["proxy.example"]', "trusted_proxies.*10.0.0.0/24"),
        (b"sockets_per_address = 0", "sockets_per_address"),
        (b"= = =", "court.toml"),
        (b"\xff\xfe", "court.toml"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(text: bytes, named: str) -> None:
    with pytest.raises(config.ConfigError, match=named):
        config.parse(text)


@pytest.mark.parametrize(
    "url", ["turn:10.0.0.1", "turn:court.example:443?transport=tcp", "turns:[2001:db8::7]:5349?transport=tcp"]
)
def test_a_turn_server_with_its_secret_in_the_environment_is_taken(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURT_TURN_SECRET", "sixteen-or-longer")
    taken = config.parse(f'turn_urls = ["{url}"]\nturn_only = true'.encode())
    assert (taken.turn_urls, taken.turn_secret) == ([url], "sixteen-or-longer")
    assert "sixteen" not in repr(taken)


def test_beyond_loopback_addresses_speak_https() -> None:
    assert config.Config().base_url == "http://127.0.0.1:8700"
    assert config.Config(host="192.168.8.1").base_url == "https://192.168.8.1:8700"


def test_one_core_is_left_for_pages_unless_it_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, workers in ((1, 1), (2, 1), (4, 3), (64, 8)):
        monkeypatch.setattr("os.sched_getaffinity", lambda _, n=cores: set(range(n)))
        assert config.Config().media_workers == workers


def test_a_named_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match="no such file"):
        config.load(tmp_path / "absent.toml")


def test_the_environment_moves_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURT_DATA", str(tmp_path))
    assert config.Config().database == f"sqlite:///{tmp_path}/court.sqlite"

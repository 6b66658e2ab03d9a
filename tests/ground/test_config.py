"""What the environment may say, and the one sentence for what it may not."""

import stat
import subprocess
import sys

import pytest

from config import ROOT, SettingError, Settings, address, kept_secret

pytestmark = pytest.mark.ground


@pytest.fixture
def read(tmp_path):
    """The settings that an environment of these variables gives."""
    return lambda **variables: Settings.from_environment({"DATA_DIR": str(tmp_path / "data"), **variables})


def test_an_empty_environment_gives_a_private_installation_on_this_machine(read, tmp_path):
    settings = read()
    assert settings.database_url == f"sqlite:///{tmp_path}/data/kakehashi.sqlite3"
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (settings.web_workers, settings.job_workers, settings.log_format) == (2, 2, "text")
    assert settings.redis_url is settings.smtp_url is settings.files_url is settings.catcher_port is None


def test_the_data_lies_in_var_beside_the_code_by_default(tmp_path, monkeypatch):
    monkeypatch.setattr("config.ROOT", tmp_path)
    assert Settings.from_environment({}).data_dir == tmp_path / "var"


def test_an_empty_variable_is_as_good_as_none(read):
    assert read(PORT="", REDIS_URL=" ", SECRET_KEY="").port == 8000


def test_the_data_directory_is_made_for_its_owner_only(read):
    assert stat.S_IMODE(read().data_dir.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "postgresql+psycopg://user:pass@host:5432/books?sslmode=require"),
        ("REDIS_URL", "redis://:secret@localhost:6379/3"),
        ("REDIS_URL", "rediss://localhost"),
        ("REDIS_URL", "unix:///run/valkey.sock?db=1"),
        ("SMTP_URL", "smtp://user:password@host:587?tls=starttls"),
        ("SMTP_URL", "smtp://localhost"),
        ("SMTP_URL", "smtps://user:p%40ss@mail.example.com"),
        ("FILES_URL", "file:///srv/files"),
        ("BASE_URL", "https://books.example.com"),
        ("BASE_URL", "http://[::1]:8000"),
        ("HOST", "::1"),
        ("HOST", "0.0.0.0"),
        ("LOG_FORMAT", "json"),
        ("SECRET_KEY", "k" * 32),
    ],
)
def test_a_good_value_is_taken_as_it_is(read, name, text):
    assert getattr(read(**{name: text}), name.lower()) == text


def test_numbers_are_read(read):
    settings = read(PORT="65535", WEB_WORKERS="1", JOB_WORKERS="64", CATCHER_PORT="2525")
    assert (settings.port, settings.web_workers, settings.job_workers) == (65535, 1, 64)
    assert settings.catcher_port == 2525


def test_two_installations_on_one_machine_keep_their_sign_ins_apart(read):
    names = {read(PORT=port).cookie_name for port in ("8001", "8002")}
    assert names == {"kakehashi_8001", "kakehashi_8002"}
    assert read(BASE_URL="https://books.example.com").cookie_name == "kakehashi"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_means_the_driver_that_is_installed(read, scheme):
    assert read(DATABASE_URL=f"{scheme}://u:p@h/d").database_url == "postgresql+psycopg://u:p@h/d"


def test_a_relative_sqlite_file_is_the_same_file_for_every_process(read, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read(DATABASE_URL="sqlite:///books.db").database_url == f"sqlite:///{tmp_path}/books.db"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "mysql://user:hunter2@host/db"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql://user:hunter2@host"),
        ("DATABASE_URL", "postgresql://user:hunter2@host:port/db"),
        ("DATABASE_URL", "books.db"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://:hunter2@host/first"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "http://host"),
        ("SMTP_URL", "mail.example.com"),
        ("SMTP_URL", "smtp://user@host"),
        ("SMTP_URL", "smtp://user:hunter2@host?tls=maybe"),
        ("SMTP_URL", "smtps://user:hunter2@host?tls=starttls"),
        ("SMTP_URL", "smtp://user:hunter2@host:99999"),
        ("SMTP_URL", "smtp://user:hunter2@host?startls=1"),
        ("FILES_URL", "ftp://user:hunter2@host"),
        ("FILES_URL", "s3://"),
        ("FILES_URL", "file://relative/path"),
        ("BASE_URL", "books.example.com"),
        ("BASE_URL", "https://books.example.com/app"),
        ("BASE_URL", "https://user:hunter2@books.example.com"),
        ("HOST", "two words"),
        ("HOST", "http://localhost"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "８０"),
        ("WEB_WORKERS", "0"),
        ("WEB_WORKERS", "1.5"),
        ("JOB_WORKERS", "many"),
        ("CATCHER_PORT", "x"),
        ("LOG_FORMAT", "xml"),
        ("SECRET_KEY", "short"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting_and_no_password(read, name, text):
    with pytest.raises(SettingError) as refusal:
        read(**{name: text})
    sentence = str(refusal.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".") and "\n" not in sentence
    assert "hunter2" not in sentence


def test_s3_storage_without_its_package_says_what_to_install(read):
    with pytest.raises(SettingError, match=r"^FILES_URL .*pip install s3fs\.$"):
        read(FILES_URL="s3://bucket/folder")


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingError, match="^DATA_DIR .*can't be made"):
        Settings.from_environment({"DATA_DIR": str(tmp_path / "file" / "data")})


def test_the_address_is_one_that_a_browser_can_open():
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert address("::", 80) == "http://[::1]:80"


def test_the_secret_key_is_made_once_and_kept_for_its_owner(read):
    first, second = read(), read()
    assert first.secret_key == second.secret_key and len(first.secret_key) >= 48
    assert stat.S_IMODE((first.data_dir / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_secret_key(tmp_path):
    program = "import sys, pathlib, config; print(config.kept_secret(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", program, str(tmp_path / "key")]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    said = {process.communicate(timeout=20)[0].strip() for process in started}
    assert said == {kept_secret(tmp_path / "key")}


def test_a_damaged_secret_key_is_said_and_not_replaced(read, tmp_path):
    read()
    (tmp_path / "data" / "secret_key").write_text("short")
    with pytest.raises(SettingError, match="^SECRET_KEY in "):
        read()


def test_a_data_directory_that_cannot_be_written_is_named(read, monkeypatch):
    # tests may run as root, who may write anywhere
    monkeypatch.setattr("config.os.access", lambda *_: False)
    with pytest.raises(SettingError, match="^DATA_DIR .*can't be written"):
        read()

from pathlib import Path

from bot.assembly import assemble, validate
from bot.commands import sandboxed
from bot.config.load import load
from bot.config.secrets import Secrets
from demo.topology import DEPENDS_ON, SERVICES


async def test_the_demos_config_is_one_that_runs(tmp_path: Path) -> None:
    path = sandboxed.write(tmp_path, 8484)
    config = load(path, {})
    validate(config)
    parts = assemble(config, Secrets({}))
    assert [source.name for source in parts.sources] == ["shop", "logs"]
    assert set(parts.fleet.targets) == set(SERVICES)
    assert (parts.chats, parts.llm) == ((), None)
    await parts.close()


def test_everything_lives_in_the_directory(tmp_path: Path) -> None:
    settings = load(sandboxed.write(tmp_path, 0), {}).settings
    assert settings.store == f"sqlite:///{tmp_path}/steward.db"
    assert settings.chat.web.listen == "127.0.0.1:0"
    for name, service in settings.services.items():
        assert service.depends_on == tuple(DEPENDS_ON.get(name, ()))
        assert service.target is not None
        assert service.target.options == {"directory": str(tmp_path)}


def test_a_relative_directory_is_made_absolute() -> None:
    data = sandboxed.config(Path("here"), 1)
    assert data["sources"][0]["files"] == [str(Path.cwd() / "here" / "targets.json")]

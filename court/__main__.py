"""The `court` command. A verb's module is loaded when it is asked for, so that `court verify` needs no server parts."""

import gc
import importlib

import click

VERBS = (
    "serve",
    "init",
    "user",
    "verify",
    "rehearse",
    "fonts",
    "paper",
    "keys",
    "renew",
    "deadline",
    "fee",
    "bounce",
)


class Verbs(click.Group):
    """One module of court.cli for each verb, holding a command of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        # What is loaded stays: collections that look at it over and over cost a tenth of a start.
        gc.disable()
        try:
            command: click.Command = getattr(importlib.import_module(f"court.cli.{cmd_name}"), cmd_name)
        finally:
            gc.enable()
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mobile-court")
def main() -> None:
    """车载便民法庭：巡回审理、调解、接访与文书签署。"""


if __name__ == "__main__":
    main()

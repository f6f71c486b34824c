"""The `court` command."""

import click

from court.cli.fonts import fonts
from court.cli.init import init
from court.cli.rehearse import rehearse
from court.cli.serve import serve
from court.cli.user import user
from court.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mobile-court")
def main() -> None:
    """车载便民法庭：巡回审理、调解、接访与文书签署。"""


for command in (serve, init, user, verify, rehearse, fonts):
    main.add_command(command)

if __name__ == "__main__":
    main()

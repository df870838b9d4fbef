"""The one command, `maillage`: Django's command line with the settings chosen; every act of an operator is here."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    # Accounts, sessions, sign-in codes and backups are in the files of the state: for the account that serves, alone.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

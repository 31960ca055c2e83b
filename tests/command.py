"""The console script, for tests that need a real process."""

from migration.cli.tasks import program

if __name__ == "__main__":
    program.run()

"""The console script, for tests that need a real process."""

from migration.__main__ import main

if __name__ == "__main__":
    main()

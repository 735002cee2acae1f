"""`python -m opgave` is the command line."""

from opgave.cli import main

if __name__ == "__main__":
    main()

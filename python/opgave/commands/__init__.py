"""The commands, one file each, and what they share; `opgave.cli` lists them."""

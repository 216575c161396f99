"""The programs of the lab: built from their Go modules, or taken from packages."""

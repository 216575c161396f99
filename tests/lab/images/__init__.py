"""Container images put together on this machine, under the names of the published ones."""

"""The emulated AWS: ministack in one process, with the gaps filled that real clients meet."""

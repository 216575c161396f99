"""Small programs in the place of AWS software that cannot be had here; each says in its first line what it stands for."""

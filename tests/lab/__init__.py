"""A throw-away Kubernetes and AWS on this machine, for tests and the rehearsal of the walkthrough."""

"""LAB_KUBECONFIG: a throw-away cluster of the user's own in the place of the one that the lab builds."""

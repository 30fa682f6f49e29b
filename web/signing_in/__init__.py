"""The way in and out: sign-in, second step, invitations, identity provider, one function at a time."""

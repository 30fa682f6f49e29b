"""How pages are served: the server, its log, health and figures."""

"""The tests, by the room they test; `house` tests the house itself, `journeys` tells whole stories in a browser."""

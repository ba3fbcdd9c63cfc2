"""Where providers call back: at the addresses that they know from the edX subsystem."""

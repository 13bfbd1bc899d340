"""Downloads of publishers' files: the list of sources, one download from an untrusted server, and the daily run."""

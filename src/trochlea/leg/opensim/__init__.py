"""Other people's models: read, named as ours, and moved by the official OpenSim wheel."""

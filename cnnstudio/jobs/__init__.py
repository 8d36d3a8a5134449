"""The jobs of the command line, done in this process by the engine's own code."""

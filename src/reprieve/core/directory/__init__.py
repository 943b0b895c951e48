"""Finding a clinic: distance, order of the answers, and columns of a file by their names. Pure."""

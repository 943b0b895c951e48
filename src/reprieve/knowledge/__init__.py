"""Facts with their sources, and the loader that refuses bad ones."""

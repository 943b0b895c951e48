"""What a monitor says, in the words a session is charted in. Nothing here charts or decides."""

"""Whether it helped."""

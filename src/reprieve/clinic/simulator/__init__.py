"""The simulator page: a regimen and a person in, what each published model says out."""

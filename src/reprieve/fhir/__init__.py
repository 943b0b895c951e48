"""FHIR R4 in and out: one module a resource, domain values on our side."""

"""Device feeds into a running session: HL7 v2 over MLLP, IEEE 11073 SDC; and a patient that is not one."""

"""The self-assessment: what to talk about with a doctor. Its answers never say that anybody qualifies."""

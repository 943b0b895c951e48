"""Pages of a session, by subject: plan, run, chart, gate, leaving, emergency, hand over, the desk, paper, the clinic."""

"""What passes between the clinic and a patient between visits: links sent, messages, pages to a responder."""

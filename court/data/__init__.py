"""Tables that change by custom or by law, kept as data: causes of action, refusals."""

"""Where labelled data comes from, as plain data: sources, generated shapes, splits."""

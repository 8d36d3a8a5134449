"""What a person sees: the only package, with `app`, that imports PySide6 and pyqtgraph."""

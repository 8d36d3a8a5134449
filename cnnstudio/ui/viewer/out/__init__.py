"""What is seen in the viewer, as files for papers, slides and programs."""

"""One map over the image that it was made of."""

"""Why a number of a map is what it is, drawn and in words."""

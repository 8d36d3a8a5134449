"""Speeds and sizes, measured; `make bench` prints them."""

"""The strip through the whole network: what each block makes of the image, very small."""

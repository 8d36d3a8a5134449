"""Where a person looks inside: images, feature maps, predictions."""

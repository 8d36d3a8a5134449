"""What a block has learned: its kernels as images, its matrices as heat maps."""

"""What a femur turned in over its foot brings to the knee."""

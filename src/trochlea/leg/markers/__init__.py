"""What inverse kinematics and scaling from markers need."""

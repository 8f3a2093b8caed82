"""What each exercise trains and what it costs the kneecap."""

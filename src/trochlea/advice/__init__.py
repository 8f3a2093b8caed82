"""Hip, knee or both: what-if and recommendation with reasons."""

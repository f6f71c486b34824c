"""Mobile court session and remote petition system (车载便民法庭)."""

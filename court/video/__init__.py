"""Copies made out of a recording by ffmpeg: sound, one picture of all tracks. The original is only read."""

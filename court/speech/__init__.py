"""Speech to text beside the transcript: suggestions only, never the record itself."""

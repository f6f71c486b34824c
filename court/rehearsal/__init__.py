"""The dress rehearsal (彩排): the whole line from registration to a verified paper, played on real parts."""

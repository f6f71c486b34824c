"""Page and type measures of GB/T 9704-2012 in points (1/72 inch). Numbers only."""

from __future__ import annotations

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
A5 = (148 * MM, 210 * MM)

# GB/T 9704 4.2.1: 天头 37 mm, 订口 28 mm, 版心 156 x 225 mm; 22 lines of 28 characters fill it.
TOP = 37 * MM
LEFT = 28 * MM
WIDTH = 156 * MM
HEIGHT = 225 * MM
LINES = 22
LINE = HEIGHT / LINES  # 28.99 pt

SIZE_2 = 22.0  # 二号, titles
SIZE_3 = 15.75  # 三号, body: true 5.56 mm; 28 characters of 16 pt would not fit 156 mm
SIZE_4 = 14.0  # 四号, page numbers
SIZE_5 = 10.5  # 五号, tables
SIZE_SMALL = 7.5

# The part of the em box above the baseline in Chinese faces.
ASCENT = 0.86
SEAL = 42 * MM  # diameter of a court's round seal
SEAL_RED = (0.80, 0.05, 0.06)
INK = (0.05, 0.06, 0.16)
QR_SIDE = 32 * MM  # 30 mm is the least that reads back from 150 dpi

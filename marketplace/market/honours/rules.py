"""Pure decisions about the board: which gifts count there."""
STANDING = ("committed", "delivering", "fulfilled", "moved")  # promises and gifts of money that hold, or went on to a fund

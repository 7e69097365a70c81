# Why a passphrase of one's own is weak, and what to look at when one does not open the vault.

passphrase-hint-known-line = This is a well-known line, and those are tried first.
passphrase-hint-common-words = These words are common or belong together. Add a few that have nothing to do with each other.
passphrase-hint-keyboard-walk = These keys lie next to each other. Use words instead.
passphrase-hint-repeats = Repeating or counting adds nothing. Use different words.
passphrase-hint-dates = Dates and years are quickly tried. Use words instead.
passphrase-hint-short = This is short. Add words.

passphrase-other-layout = Perhaps the other keyboard layout is active: the same keys spell words in it.
passphrase-caps-lock = Perhaps Caps Lock is on.

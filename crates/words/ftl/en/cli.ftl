# What the commands without a window print.

# The line before a locale is named in lists.
cli-language = English

cli-ask-passphrase = Passphrase:
cli-ask-new-passphrase = New passphrase:
cli-ask-offline-passphrase = New passphrase for the second medium:
cli-ask-again = The same once more:
cli-ask-words = The six words that the caseworker reads out:

cli-created = Made.
cli-words-drawn = These six words are the passphrase. Write them down on paper: they are shown this once, and nobody can recover them.
cli-deleted = Deleted. What an organisation has already received stays with it.
cli-findings = { $count ->
    [one] One thing in this folder is not as it should be: something outside Chronicle may have changed it.
   *[other] { $count } things in this folder are not as they should be: something outside Chronicle may have changed them.
} Make a copy of the whole folder before you go on; `vault check` says what it is.
cli-ask-code = The code from the recovery sheet (11 words):
cli-ask-sheet-word = Word { $place } of the code:
cli-sheet-drawn = This is the code of the recovery sheet. Write it on paper now, with the numbers: it is shown this once.
cli-sheet-not-it = That is not the word. Look at your paper.
cli-sheet-valid = The sheet is valid from now on; an earlier one opens nothing any more.
cli-ask-share = A part (the line beginning with chronicle-share1):
cli-shares-written = Three sealed files were written; each can be opened by its recipient only. Any two parts give the code back.
cli-shares-joined = This is the code. To set a new passphrase with it: chronicle-cli vault recover.
cli-sheet-forgotten = The sheet opens nothing any more.
cli-passphrase-changed = The passphrase is changed. What was written before can still be opened by someone who has an older copy and the old passphrase.
cli-sealed-again = Everything that is here is sealed again. The old keys are forgotten.
cli-backup-made = The copy is made and compared. To use it, open that folder.
cli-removed = Removed.
cli-noted = Noted.
cli-check-looked = Looked at: { $records ->
    [one] one entry
   *[other] { $records } entries
}, { $files ->
    [one] one file
   *[other] { $files } files
}, { $size }.
cli-check-found = Not everything is as it should be.
cli-check-well = Everything is as it should be, to the last byte.
cli-check-well-unread = Everything is as it should be. The bytes of the files were not read; with --read-data they are.
cli-missing = Still to be answered before it can be sent:
cli-none-incidents = No incident yet.
cli-none-organisations = No organisation yet.
cli-none-deliveries = Nothing was sent yet.
cli-opened = Opened.
cli-unopened = Not opened yet.
cli-part-report = the report
cli-part-custody = the log
cli-part-people = names and contacts
cli-part-evidence = a file without a name

cli-ask-colleague-words = The six words that the colleague reads out:
cli-read-out = Read these six words out to the colleague who takes you in:
cli-none-decisions = Nothing was decided yet.
cli-granted = { $count ->
    [0] The key is kept. The report opens when it is fetched.
    [one] One report was opened with it.
   *[other] { $count } reports were opened with it.
}
cli-travel-proxy = Everything through the proxy { $proxy }
desk-answer-waits = It is signed, and posted at the next fetch.
receipt-counts = The receipt counts: { $organisation } has stored the sealed file { $hash }, on { DAY($day) }.
receipt-compared = The sealed file at hand is this one.
receipt-not-compared = No sealed file was compared; --sealed does that.
receipt-whose = The profile is that of whoever reads out these words: { $words } · { $russian } · { $digits }

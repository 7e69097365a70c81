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
} Make a copy of the whole folder before you go on.
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

# For each error what happened, in one plain sentence, and the next step. No blame, no codes, nothing that a person wrote.

## Opening and the folder

error-wrong-passphrase = This passphrase does not open it.
error-wrong-passphrase-next = Check the keyboard layout and Caps Lock, look at what you typed, and try again. Trying costs nothing.
error-wrong-recovery-code = This code does not open it.
error-wrong-recovery-code-next = Check that it is the newest sheet: an earlier one stopped working when a new one was made.
error-no-recovery-sheet = No recovery sheet was made for what is kept here.
error-no-recovery-sheet-next = Only the passphrase opens it. Look whether you wrote that down.
error-code-count = A code has 11 words; this has { $count }.
error-code-count-next = Type all the words from the sheet, in their order.
error-code-word-unknown = Word { $index } is not a word of any code.
error-code-word-unknown-next = Look at that word on the sheet again, letter by letter.
error-code-differs = All the words exist, but they do not belong together.
error-code-differs-next = One of them is another word on the sheet, or two have changed places. Compare them one by one.
error-vault-in-doubt = Something that is kept here is damaged, so nothing is removed.
error-vault-in-doubt-next = What looks superfluous may belong to the damaged part. Copy the whole folder first, and ask for help.
error-backup-differs = The copy is not the same as what was copied.
error-backup-differs-next = The other disk may be failing. Nothing was kept there; try another disk.
error-passphrase-weak = This passphrase is too easy to guess.
error-passphrase-weak-next = Add a few unusual words, or use the six generated ones.
error-vault-in-use = It is already open in another window.
error-vault-in-use-next = Close the other window, then try again.
error-vault-exists = There is already a journal or a desk in this folder.
error-vault-exists-next = Open it with its passphrase, or choose another folder.
error-copy-inside = A backup cannot lie inside of what it is a backup of.
error-copy-inside-next = Choose a folder elsewhere, best on another disk.
error-vault-missing = There is no journal or desk in this folder.
error-vault-missing-next = If it is on a USB stick or another disk, connect that and try again.
error-vault-damaged = Part of what is kept here is damaged.
error-vault-damaged-next = Do not write over it. Make a copy of the whole folder, then use a backup if you have one.
error-entry-damaged = This entry is damaged.
error-entry-damaged-next = Everything else can be used. Copy the whole folder, and look for the entry in a backup.
error-key-file-damaged = The file with the keys is damaged or was cut short.
error-key-file-damaged-next = Put back the file key.age from a backup of this folder. The passphrase alone cannot replace it.
error-folder-not-writable = Nothing can be written in this folder.
error-folder-not-writable-next = Choose another folder, or ask for permission to write there.
error-memory-short = The computer has not enough free memory to open a passphrase: it takes about 300 MB for a moment.
error-memory-short-next = Close other programs, then try again. Nothing was changed.
error-disk-full = The disk is full.
error-disk-full-next = Make room on the disk, then try again. What was kept before is safe.
error-disk-failed = The disk did not do what it was asked to do.
error-disk-failed-next = Check that it is connected and try again. If it stays, copy the whole folder to another disk.
error-read-only = Nothing can be changed here: the disk is write-protected.
error-read-only-next = Take the write protection off, or copy the folder to another disk.
error-newer-format = This was made by a newer version of Chronicle.
error-newer-format-next = Install the newer version to open it. Nothing was changed.

error-passphrase-empty = There is no passphrase.
error-passphrase-empty-next = Type one, or use the six generated words.
error-passphrase-too-long = This passphrase is too long.
error-passphrase-too-long-next = Use at most 1,024 bytes; six words are enough.
error-passphrase-not-text = This passphrase is not text.
error-passphrase-not-text-next = Use a text file in UTF-8 with the passphrase in its only line.
error-no-randomness = The system gives no random numbers.
error-no-randomness-next = Restart the computer and try again. Nothing was made.
error-file-unwritable = The file could not be written.
error-file-unwritable-next = Check that the disk is connected and has room, then try again.

error-file-exists = There is already a file with this name.
error-file-exists-next = Choose another name or another folder. Nothing was overwritten.
error-locked = It is locked.
error-locked-next = Enter the passphrase, then try again.
error-other-kind = What is kept here is of the other kind: a journal, or a desk.
error-other-kind-next = Open it as what it is, or choose another folder.

## Incidents and files

error-not-found = This is no longer here.
error-not-found-next = Go back to the list. It may have been deleted in the meantime.
error-too-large-item = This file is larger than 2 GB.
error-too-large-item-next = Add a shorter part of it, and say in your notes where the whole file is.
error-too-large-report = Together the files would be larger than 4 GB.
error-too-large-report-next = Write a second incident for the rest and say in both that they belong together.
error-too-long-report = The report itself is longer than a parcel can carry.
error-too-long-report-next = Shorten the longest texts, or add them as files.
error-too-many-items = One incident can hold 200 files.
error-too-many-items-next = Write a second incident for the rest and say in both that they belong together.
error-preview-unsupported = A file of this kind cannot be shown here.
error-preview-unsupported-next = Save a copy to look at it elsewhere. The file itself is kept as it is.
error-preview-damaged = This file cannot be shown: it is damaged, or not what it seems to be.
error-preview-damaged-next = The file itself is kept as it is. Save a copy if someone else is to look at it.
error-preview-too-large = This file is too large to be shown here.
error-preview-too-large-next = Save a copy to look at it elsewhere.
error-preview-timeout = Showing this file took too long, so it was stopped.
error-preview-timeout-next = Save a copy to look at it elsewhere. A file that does this may be made to do harm.
error-preview-crashed = This file made the viewer stop. Nothing else was touched.
error-preview-crashed-next = The file may be made to do harm. Do not open a copy on a computer that matters.
error-preview-unavailable = Files cannot be shown on this computer.
error-preview-unavailable-next = Save a copy to look at it elsewhere, or install Chronicle again.
error-made-from-itself = A file cannot be made from itself.
error-made-from-itself-next = Choose the file that it was made from.
error-file-unreadable = This file could not be read.
error-file-unreadable-next = Check that it still exists and that the disk it is on is connected, then add it again.
error-sealed-gone = This sealed report is not kept any more: somebody at the organisation has opened it.
error-sealed-gone-next = Nothing has to be handed over. To send it again, write what is new and send that.
error-returned-nothing = This file belongs to no report in this journal.
error-returned-nothing-next = Choose the file that came back with the stick: a receipt, or what the organisation wrote to you.
error-returned-newer = This was written by a newer version of Chronicle.
error-returned-newer-next = Keep the file, get the newer version, and take it in again.
error-returned-refused = This file says that it is about one of your reports, and that does not hold.
error-returned-refused-next = It may have been changed on its way. Ask the organisation for it once more.
error-receipt-unreadable = This is not a receipt.
error-receipt-unreadable-next = Choose the file as the server or the journal wrote it.
error-receipt-other-file = The receipt is for another sealed file.
error-receipt-other-file-next = Choose the file that was handed over, unchanged; its name begins as its hash does.
error-unopened-long = The server has had it for { $days } days, and no person has signed that they opened it.
error-unopened-long-next = Ask the organisation another way, by telephone or in person. Until then do not rely on anybody having read it.
error-receipt-days-ahead = This computer’s date is { $days } days behind that of the server which signed for it.
error-receipt-days-ahead-next = Set the date of this computer, unless you know that the server’s is wrong. What you write bears this computer’s date.
error-receipt-days-behind = The server signed for it { $days } days before it was sealed, by this computer’s date.
error-receipt-days-behind-next = Look at the date of this computer: it was ahead, or still is. What you wrote bears that date.
error-not-sealed = This file is not a sealed report.
error-not-sealed-next = Choose a file as a journal wrote it. If it was cut off while it was copied, copy it again.
error-file-changed = The file changed while it was being copied.
error-file-changed-next = Wait until nothing writes to it any more, then add it again.
error-cancelled = It was cancelled.
error-cancelled-next = Nothing of it was kept. You can start again at any time.
error-draft-invalid = The answer to “{ $field }” cannot be kept as it is.
error-draft-invalid-next = Look at that answer again. Your text is still here.
error-date-broken = The date in “{ $field }” is not a date.
error-date-broken-next = Choose day, month and year again, or only those that you know.
error-kind-unknown = “{ $field }” holds a code that this version does not know.
error-kind-unknown-next = It is kept as it is. Choose one from the list to replace it.
error-text-too-long = The text in “{ $field }” is too long.
error-text-too-long-next = Shorten it, or move part of it into a second incident.
error-not-complete = Something is still missing before it can be sent: { $missing }.
error-not-complete-next = Answer it and come back. What you have written is kept.

error-already-sent = This revision was already sealed for this organisation.
error-already-sent-next = Change something first, then a new revision begins. What was sent is on its way or has arrived.

## Organisations and their words

error-invitation-unreadable = This is not an invitation, or part of it is missing.
error-invitation-unreadable-next = Take the whole file or the whole text, from the first to the last line.
error-invitation-signature = The signature of this invitation is wrong: it was changed or damaged on the way.
error-invitation-signature-next = Do not use it. Ask the organisation for it again, by another way.
error-invitation-expired = This invitation has expired.
error-invitation-expired-next = Ask the organisation for a new one.
error-invitation-newer = This invitation was made by a newer version of Chronicle.
error-invitation-newer-next = Install the newer version, then read it again.
error-invitation-unanswered = Nobody answers at the address of this invitation.
error-invitation-unanswered-next = The invitation is kept. Ask again when there is a connection.
error-invitation-used = This invitation was used already, and not by this journal.
error-invitation-used-next = Somebody else may have seen it. Tell the organisation by another way, and ask for a new one.
error-not-fetched = It is not known yet whose invitation this is.
error-not-fetched-next = Ask the address that it names first.
error-too-many-invitations = A hundred invitations are kept already.
error-too-many-invitations-next = Throw away those that you do not need.
error-preview-no-code = No code could be read in this picture.
error-preview-no-code-next = Photograph it again from straight ahead: sharp, without reflections, the code filling most of the picture. Or ask for the invitation as a file.
error-code-no-room = The address of your organisation is too long for a QR code.
error-code-no-room-next = Save the invitation as a file instead.
error-organisation-known = You already know this organisation.
error-organisation-known-next = You can send to it. There is nothing to do.
error-organisation-unknown = There is no such organisation here.
error-organisation-unknown-next = Add it from its invitation first.
error-organisation-ambiguous = Several organisations have this name.
error-organisation-ambiguous-next = Choose it from the list.
error-organisation-closed = This organisation has closed and takes nothing more.
error-organisation-closed-next = Choose another organisation. What you wrote stays here.
error-organisation-not-confirmed = This organisation is not confirmed yet.
error-organisation-not-confirmed-next = Ask a caseworker to read out the six words and type them.
error-word-unknown = One of the words is not in the list.
error-word-unknown-next = Ask for that word again, letter by letter if need be.
error-words-count = Six words are needed.
error-words-count-next = Ask the caseworker to read them out again, one by one.
error-words-differ = These words do not belong to this invitation.
error-words-differ-next = Ask the caseworker to read them out again. If they still differ, the invitation may have been swapped: do not use it.
error-recipients-none = The organisation has no key to seal to.
error-recipients-none-next = Ask the organisation for a new invitation.

## The way to the endpoint

error-address-refused = This address cannot be used.
error-address-refused-next = Use an address that begins with https, an onion address, or one of this computer.
error-endpoint-unreachable = The server does not answer.
error-endpoint-unreachable-next = It will be tried again by itself. Check the connection if it takes long.
error-endpoint-refused = The server refused it.
error-endpoint-refused-next = Ask the organisation. What you sealed stays here.
error-endpoint-full = The server has no room left.
error-endpoint-full-next = It will be tried again by itself. Tell the organisation if it takes long.
error-token-refused = The server does not accept this token.
error-token-refused-next = Check that you took all of it, or ask for a new one.
error-token-used = This token was already used.
error-token-used-next = Ask for a new one: each works once.
error-token-unreadable = This is not a token, or part of it is missing.
error-token-unreadable-next = Copy it again, from the first to the last letter.
error-capability-revoked = The organisation has withdrawn your permission to send.
error-capability-revoked-next = Ask the organisation for a new invitation. What you sealed stays here.
error-too-large-for-endpoint = This is larger than the server takes.
error-too-large-for-endpoint-next = Leave out a file, and ask the organisation how to hand over the rest.
error-receipt-day = The server’s receipt bears a day on which its key does not count.
error-receipt-day-next = Nothing is lost. Check the date of this computer; if it is right, ask the organisation to renew its profile.
error-receipt-wrong = The server’s receipt is not valid, so it does not count as stored.
error-receipt-wrong-next = Nothing is lost. Tell the organisation: someone may stand between you and its server.
error-hash-mismatch = What arrived is not what was sent.
error-hash-mismatch-next = It will be sent again from the beginning.
error-profile-refused = The organisation’s new details could not be verified.
error-profile-refused-next = The old ones stay in use. Ask the organisation.
error-root-changed = The organisation has changed its master keys.
error-root-changed-next = Ask a caseworker to read out the six new words, by voice or face to face. Until they match, nothing is entrusted to the new keys.
error-profile-expired = The organisation’s details have expired.
error-profile-expired-next = They are renewed at the next connection. Ask the organisation if this stays.

error-endpoint-busy = The server is busy.
error-endpoint-busy-next = It will be tried again by itself.
error-quota-used = The organisation’s server takes no more from you today.
error-quota-used-next = It will be tried again by itself.
error-certificate-refused = The server could not prove that it is the right one.
error-certificate-refused-next = Nothing was sent. Check the date of this computer and the network you use, and tell the organisation if it stays.
error-proxy-unreachable = Tor does not answer on this computer.
error-proxy-unreachable-next = Start Tor. Nothing goes by another way in the meantime.
error-tor-needed = It may only go through Tor, and Tor is not chosen.
error-tor-needed-next = Start Tor on this computer and choose it in the settings. Nothing goes by another way in the meantime.
error-way-gone = The organisation no longer has an address on the way that your reports went before.
error-way-gone-next = Look at the organisation’s page: you can agree to the way it has now. Nothing goes before that.
error-proxy-address = This is not the address of a proxy.
error-proxy-address-next = Write it as an IP address and a port, such as 127.0.0.1:9050.
error-network-setup-failed = The network could not be used.
error-network-setup-failed-next = Close Chronicle, open it again and try once more.
error-receipt-pending = The server has everything and is still writing it down.
error-receipt-pending-next = It will be asked again by itself. It counts as stored only with the receipt.
error-bundle-refused = The server does not take this parcel.
error-bundle-refused-next = Nothing is lost. It is sent again a few times by itself. Ask the organisation if that does not help.
error-sealed-damaged = The sealed parcel was damaged on this device.
error-sealed-damaged-next = Seal the report again. What you wrote is still here.
error-outbox-failed = The outbox could not be read or written.
error-outbox-failed-next = Check that the disk is connected and has room, then lock and open again.
error-log-broken = The server’s list of parcels does not hold together.
error-log-broken-next = Nothing new was taken from it. Tell the person who runs it.
error-desk-access-refused = The server does not know this desk, or no longer lets it in.
error-desk-access-refused-next = Nothing was fetched. Ask the person who runs the server for a new caseworker’s token, and connect with it.
error-log-rolled-back = The server was set back: its list of parcels is not the one that this desk has read.
error-log-rolled-back-next = The list was read again from its start, and what was not here yet was fetched. Parcels that came in between may be gone from the server, although their senders have a receipt. Ask the person who runs the server since which day something is missing, and ask those who sent something since then to send it again.
error-wrong-bytes = The parcel that came is not the one in the server’s list.
error-wrong-bytes-next = It was not taken. Fetch again, and tell the person who runs the server if it stays.
error-fetch-cut = The connection broke while this parcel was being fetched.
error-fetch-cut-next = It is still on the server. Fetch again, and tell the person who runs the server if it stays.
error-not-given = The server has this parcel in its list and does not give it.
error-not-given-next = It is asked for again at each fetch. Tell the person who runs the server if it stays.
error-listed-size = The server’s list gives this parcel a size that no parcel has.
error-listed-size-next = It was not fetched. Tell the person who runs the server.
error-no-room-for-parcel = There is no room on this disk for this parcel.
error-no-room-for-parcel-next = It is still on the server. Make room on the disk, then fetch again.
error-receipt-key-missing = The profile does not name this endpoint’s receipt key.
error-receipt-key-missing-next = Found the organisation with the key that this endpoint printed.

## Received parcels

error-bundle-truncated = The parcel is not complete.
error-bundle-truncated-next = It is kept. Fetch again, or ask the sender to send it again.
error-bundle-not-for-us = The parcel is sealed to someone else.
error-bundle-not-for-us-next = No key of this desk opens it. It is kept as it came.
error-bundle-malformed = The parcel is not built as it must be.
error-bundle-malformed-next = It was not opened, and is kept as it came. Ask the sender to send it again.
error-bundle-signature = The sender’s signature is wrong.
error-bundle-signature-next = Nothing of it is shown. Ask the sender, if you know who it is.
error-bundle-hash = A part of the parcel is not what its list says.
error-bundle-hash-next = Nothing of it is shown. Ask the sender to send it again.
error-bundle-padding = The parcel does not end as it must.
error-bundle-padding-next = Nothing of it is shown. Ask the sender to send it again.
error-bundle-newer = The parcel was sealed by a newer version of Chronicle.
error-bundle-newer-next = It is kept. Install the newer version to open it.
error-bundle-wrong-organisation = The parcel names another organisation.
error-bundle-wrong-organisation-next = Nothing of it is shown. It is kept as it came.
error-evidence-damaged = This file is damaged on the disk.
error-evidence-damaged-next = Nothing else is affected. Take it from a backup, or ask the sender for it again.
error-play-unsupported = This recording cannot be played here.
error-play-unsupported-next = It is kept whole. Save a copy to play it elsewhere.
error-play-damaged = From here on this recording cannot be played.
error-play-damaged-next = It is kept as it came. Save a copy; another player may get further.
error-play-cut = This recording ends before it is over.
error-play-cut-next = It is kept as it came. Ask whoever made it whether there is a longer one.
error-play-unread = This recording could not be read.
error-play-unread-next = Close it and open it again.

## Desk

error-receipt-key-unreadable = This is not a receipt key.
error-receipt-key-unreadable-next = Copy the whole key that the endpoint printed, from the first to the last letter.
error-offline-medium-same = This folder lies inside the desk’s own folder.
error-offline-medium-same-next = Choose a USB stick or another disk, so that one loss does not take both.
error-offline-readback = What was written to the medium could not be read back.
error-offline-readback-next = Use another medium. Nothing was founded.
error-already-founded = This desk already belongs to an organisation.
error-already-founded-next = For a second organisation, make a second desk in another folder.
error-not-founded = No organisation has been founded on this desk yet.
error-not-founded-next = Found it first, on the page “Organisation”.
error-not-connected = This desk is not connected to the endpoint yet.
error-not-connected-next = Enter a caseworker’s token on the page “Organisation”.

error-name-refused = This name cannot be used.
error-name-refused-next = Use a name of 1 to 200 letters in one line.
error-offline-medium-used = This medium already holds the keys of an organisation.
error-offline-medium-used-next = Use another medium, or an empty folder on it. Nothing was overwritten.
error-token-role = This token is meant for someone else.
error-token-role-next = A desk connects with a caseworker’s token; an invitation takes a reporter’s token. Ask the person who runs the endpoint.

## Everything else

error-not-as-seen = The report changed while you were looking at it.
error-not-as-seen-next = Look once more at what goes, then send.
error-busy = Something else is still being done.
error-busy-next = Wait until it is finished, then try again.
error-internal = Something went wrong inside Chronicle.
error-internal-next = Try again. If it stays, lock, close the window and open it again; what was kept is safe.

## Without a window

error-no-terminal = A passphrase is needed, and there is no terminal to ask on.
error-no-terminal-next = Name a file with it: --passphrase-file FILE.
error-passphrases-differ = The two are not the same.
error-passphrases-differ-next = Try again. Nothing was made.
error-secret-file-unreadable = The file with the secret could not be read.
error-secret-file-unreadable-next = Check its name and that you may read it.
error-evidence-not-attached = The report describes this file, and it was not attached.
error-evidence-not-attached-next = Attach a file with this name, or take its entry out of the report. Nothing was kept.

## What was found when looking through what is kept

error-finding-foreign = Entry { $record } was not written by Chronicle with your keys. It is not used.
error-finding-foreign-next = Someone may have tried to add it. Copy the whole folder and ask for help.
error-finding-unreadable = Entry { $record } cannot be read.
error-finding-unreadable-next = The disk may be failing. Copy the whole folder to another disk; an older backup may still have this entry.
error-finding-missing = { $count ->
    [one] An entry is gone that you did not delete{ $record ->
        [none] { "" }
       *[other] { " " }(number { $record })
    }.
   *[other] { $count } entries are gone that you did not delete.
}
error-finding-missing-next = Someone may have removed it from the folder. Look in a backup before you go on.
error-finding-put-back = Something that was deleted or changed is there again in its old form.
error-finding-put-back-next = Someone may have put an older part of this folder back. Copy the whole folder and ask for help.
error-finding-head-lost = The list of all entries is missing or is not yours, so it cannot be told whether an entry is gone.
error-finding-head-lost-next = Compare with a backup before you rely on it.
error-finding-file-missing = A file that belongs to entry { $record } is gone: { $file }.
error-finding-file-missing-next = Look for it in a backup: the file of this name in the folder “blobs”.
error-finding-file-damaged = A file that belongs to entry { $record } is not as it was: { $file }.
error-finding-file-damaged-next = Look for a whole one in a backup: the file of this name in the folder “blobs”. The damaged one is kept.
error-finding-stray = A file belongs to no entry: { $file }.
error-finding-stray-next = It may be left from an interrupted step, or its entry is gone. It is kept until you remove it.
error-finding-key-file = A key file is damaged or was not made as usual: { $file }.
error-finding-key-file-next = Put it back from a backup, or change the passphrase, which makes it anew.
error-finding-identity = A key of the organisation is missing, damaged or not in its place: { $file }.
error-finding-identity-next = Put the file of this name back from a backup, into the folder “identities”. Reports that were sealed to it cannot be opened before that.
error-finding-readable = Other users of this computer may read: { $file }. What is in it is sealed.
error-finding-readable-next = Take their right to read away; on some disks and sticks that is not possible.
error-finding-unknown = There is something in the folder that is not Chronicle’s.
error-finding-unknown-next = If you put it there, keep it elsewhere.
error-finding-table = The table with all entries is damaged.
error-finding-table-next = Copy the whole folder to another disk before you go on, and look for a backup.
error-finding-spool = Something that arrived while it was locked cannot be read.
error-finding-spool-next = It is asked for again at the next visit.

## Trust: what an organisation says of itself later

error-no-later-root = There are no new master keys to confirm.
error-no-later-root-next = Nothing is to be done. New ones are shown here when the organisation publishes them.
error-recipient-revoked = The organisation says that somebody else may read what this parcel is sealed to.
error-recipient-revoked-next = It was not sent. Seal the report again: it then goes to the organisation’s other keys. Or choose another organisation.
error-organisation-key-revoked = On { DAY($day) } this organisation said that somebody else may have had one of its keys.
error-organisation-key-revoked-next = What you seal now goes to its other keys. Ask a caseworker, by voice, what that means for what you sent before.
error-profile-expires-soon = This organisation’s details are valid until { DAY($day) }. They have not been renewed for some time.
error-profile-expires-soon-next = You can go on writing and sending. Newer details are fetched at the next contact.
error-profile-not-current = This organisation last said on { DAY($day) } that these details are its newest.
error-profile-not-current-next = You can go on. If you can, ask a caseworker by another way whether everything is in order.
error-clock-behind = The organisation says that today is { DAY($day) } or later. The clock of this device is behind.
error-clock-behind-next = Check day and time of this device. Nothing is lost.
error-not-signer = Another desk signs this organisation’s profile.
error-not-signer-next = Ask the colleague at that desk to do it.
error-ours-closed = The organisation was closed.
error-ours-closed-next = Nothing of it can be changed any more. What was received stays readable here.
error-one-recipient-type = All keys that reports are sealed to must be of one kind.
error-one-recipient-type-next = Let the colleague make a new desk with this version, and ask again.
error-too-many-recipients = A report can be sealed to eight keys, and eight are named.
error-too-many-recipients-next = Dismiss somebody who no longer needs access, then try again.
error-colleague-request-unreadable = This is not a file from a colleague’s desk, or it was made for another one.
error-colleague-request-unreadable-next = Ask for the file again, unchanged.
error-root-draft-unreadable = This is not the draft of master keys that was made here.
error-root-draft-unreadable-next = Use the file as it was written. If a newer draft was made since, only that one counts.
error-root-key-other = There is no master key here.
error-root-key-other-next = Use the medium with the master key, or the public key exactly as it was printed.
error-root-signatures-missing = Not enough holders of master keys have signed.
error-root-signatures-missing-next = As many must sign as the present keys ask for, and as the new ones ask for. Give the draft to the next holder.
error-offline-medium-closed = The keys on this medium do not open.
error-offline-medium-closed-next = Check that it is the right medium, and its passphrase.
error-threshold-refused = That many signatures cannot be asked for.
error-threshold-refused-next = Ask for at least one, and for no more than there are keys.
error-profile-not-installed = The server still gives out profile { $version } and not the newest one.
error-profile-not-installed-next = Give the newest profile to the person who runs the endpoint.
error-ours-profile-expired = The profile was valid until { DAY($day) }. Reporters are told so.
error-ours-profile-expired-next = Renew it and give it to the person who runs the endpoint.
error-ours-profile-soon = The profile is valid until { DAY($day) }.
error-ours-profile-soon-next = Renew it and give it to the person who runs the endpoint.
error-ours-receipts-expired = The endpoint’s receipts counted until { DAY($day) }.
error-ours-receipts-expired-next = Renew the profile, if possible with a new receipt key of the endpoint.
error-ours-receipts-soon = The endpoint’s receipts count until { DAY($day) }.
error-ours-receipts-soon-next = Ask the person who runs the endpoint for a new receipt key, then renew the profile.
error-ours-root-expired = The master keys were valid until { DAY($day) }.
error-ours-root-expired-next = Draft new ones and have them signed.
error-ours-root-soon = The master keys are valid until { DAY($day) }.
error-ours-root-soon-next = Draft new ones and have them signed in time.
error-introduction-unknown = The sender names an invitation that this desk never made.
error-introduction-unknown-next = Treat it as from a stranger, whoever they say they are. Another desk of your organisation may have made the invitation.
error-introduction-second-key = Another sender came by this invitation before.
error-introduction-second-key-next = Somebody else may have seen the invitation. Ask the person, by another way, whether this is theirs.
error-sender-renewed = This sender uses a new key. The key before vouches for it.
error-sender-renewed-next = If the person did not tell you of it by another way, ask.
error-sender-parted = Two keys claim to take the place of this sender’s key.
error-sender-parted-next = One of them is not the person. Believe neither before you have spoken to them.
error-sender-marked = Noted about this sender, from { DAY($day) }: { $reason }
error-sender-marked-next = What was sealed on that day or later may not be from them.
error-chain-forked = Two different reports bear the same number of this sender.
error-chain-forked-next = They were sent from two copies of the journal, or by somebody who has its key. Ask the person.
error-chain-gap = { $count ->
    [one] One earlier report of this sender is not here yet.
   *[other] { $count } earlier reports of this sender are not here yet.
}
error-chain-gap-next = They may still be on their way. If they are missing after a month, ask the sender and the person who runs the endpoint.
error-day-unreadable = This is not a day.
error-day-unreadable-next = Choose a day.
error-grant-unreadable = This is not a grant, or it was damaged on its way.
error-grant-unreadable-next = Ask the colleague for the file again.
error-grant-not-for-us = This grant is sealed to somebody else.
error-grant-not-for-us-next = Ask the colleague to grant it to this desk.
error-grant-refused = Nobody signed this grant who may give one.
error-grant-refused-next = Do not use it. Ask the colleague, by voice, whether it is from them.
error-grant-no-key = This report was received by an earlier version, which kept no key to pass on.
error-grant-no-key-next = Export the report instead.
error-consent-missing = The reporter did not agree to this purpose.
error-consent-missing-next = Ask them. If they agree, write down how and when.
error-purpose-unknown = This is no purpose of the consent form.
error-purpose-unknown-next = Use one of: help, statistics, lawyers, host_authorities, international, sanctions_courts, researchers, media, other_organisations.
error-damaged-here = This parcel was damaged on the disk of this desk.
error-damaged-here-next = The endpoint has it whole. Check the disk, and fetch again.
error-mailbox-full = The mailbox of the person who sent this report is full.
error-mailbox-full-next = Your message waits here and is posted once they have taken something out.
error-answer-text = An answer is 1 to 20,000 characters long.
error-answer-text-next = Write it shorter, or in two.
error-not-caseworker = The organisation’s details do not name the key of this desk as a caseworker’s today.
error-not-caseworker-next = Have the details renewed by the desk that signs them, then answer.
error-no-mailbox = The person who sent this report gave no way to be answered that this version knows.
error-no-mailbox-next = Reach them by another way that you agreed on.
error-text-unreadable = The file with the words cannot be read.
error-text-unreadable-next = Choose a text file in UTF-8.
error-endpoint-no-mailboxes = This server takes no answers: it is of an earlier version.
error-endpoint-no-mailboxes-next = Ask its operator to update it. What you said waits here.

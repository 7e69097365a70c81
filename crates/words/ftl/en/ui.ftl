# What the window says. Sentences where something matters, few words elsewhere; never blame, never a number that counts mistakes.

## Common

next = Next
back = Back
again = Try again
dialog-no = No, go back
app-cannot-start = Chronicle cannot start
combo-none = Nothing in the list fits. You can go on without it.
hold-to-see = Hold to see the words
language-en = English
language-ru = Русский
time-none = No date yet
size-b = { $number } bytes
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
size-only = { $size }
job-label = Progress
job-progress = { $done } of { $total }
job-progress-open = { $done }
job-cancel = Cancel
job-dismiss = Put away

## Titles of the desktop's own dialogs

dialog-choose-folder = Choose a folder
dialog-evidence = Choose files
dialog-invitation = Choose the invitation
dialog-offline-medium = Choose the second medium
dialog-save-profile = Save the profile
dialog-save-invitation = Save the invitation
dialog-save-copy = Save a copy
dialog-copy-place = Choose where the backup goes

## Rail

nav-label = Main
nav-incidents = Incidents
nav-organisations = Organisations
nav-outbox = Outbox
nav-inbox = Inbox
nav-organisation = Organisation
nav-safety = Safety
nav-settings = Settings
nav-lock = Lock
nav-more = More
nav-stopped = { $count ->
    [one] One has stopped
   *[other] { $count } have stopped
}

## First run

first-left = { $left ->
    [0] The last of four short pages
    [one] Page { $step } of four, one more to come
   *[other] Page { $step } of four, { $left } more to come
}
first-have = I already have one
first-about-title = A place to keep what happened
first-about-what = Chronicle keeps a record of what happened to you, with photos and documents, sealed on this computer under your passphrase. Nothing leaves it until you decide to send it to an organisation you trust.
first-about-cannot = What it cannot do
first-about-spyware = If this computer is infected, whoever controls it can see what you see and type. No application can prevent that.
first-about-forced = It cannot help if someone forces you to open it. It does not hide that it is installed.
first-about-forgotten = Nobody can open it without your passphrase: not the organisation, and not the people who made Chronicle.
first-language = Language
first-role-title = What will you use it for?
role-journal = I keep a journal
role-journal-detail = For incidents that happened to you or to someone close, and for sending them to an organisation.
role-desk = I receive reports
role-desk-detail = For caseworkers of an organisation that people send their reports to.
first-place-title = Where should it be kept?
first-place-journal = Your journal will be a folder with sealed files. Nobody can read them without the passphrase.
first-place-desk = The desk will be a folder with sealed files: the reports you receive and the organisation’s keys.
first-place-free = { $size } free
first-place-choose = Choose another folder
first-place-has-vault = This folder already holds a journal or a desk. You can open it, or choose another folder for a new one.
first-place-open = Open what is there
first-place-listed = Remember this folder on this computer
first-place-listed-detail = Chronicle finds it by itself then. Whoever searches this computer can see the folder’s name.
first-place-usb = It can also be on a USB stick. Avoid folders that a cloud service copies: it would keep old copies.
first-pass-title = Your passphrase
first-pass-why = These six words were drawn by chance, so nobody can guess them. Write them down on paper and keep the paper away from this computer.
first-pass-written = I wrote the six words down.
first-pass-once = Now type them once, with spaces between
first-pass-use-own = Use a passphrase of my own instead
first-pass-use-words = Use six generated words instead
first-pass-own-why = Several unusual words that do not belong together are best. Names, dates, quotations and rows of keys are quickly guessed.
first-pass-own = Your own passphrase
first-pass-again = The same once more
first-pass-enough = Strong enough: about { $bits } bits.
first-pass-weak = About { $bits } bits so far; at least { $needed } are needed. Add a few words.
first-pass-differs = The two are not the same yet.
first-pass-busy = Sealing with your passphrase. This takes a few seconds on purpose: it slows down anyone who tries to guess.
first-finish = Finish

## Passphrase and unlocking

passphrase-label = Passphrase
passphrase-show = Show
passphrase-hide = Hide
passphrase-layout = Keyboard: { $layout }
passphrase-caps = Caps Lock is on.
unlock-title = Enter your passphrase
unlock = Open
unlock-elsewhere = It is somewhere else
known-within = in { $folder }
unlock-from = It will be opened from
unlock-held = Text that could not be kept is waiting. It is put back when you open the journal; do not close the window before.
unlock-sending = { $count ->
    [one] One sealed report is still being sent.
   *[other] { $count } sealed reports are still being sent.
}
unlock-stop-sending = Stop sending
unlock-busy = Opening. This takes a few seconds on purpose.

## Incidents

incidents-search = Search
search-narrow = Narrow down
search-narrowed = { $count ->
    [one] One filter
   *[other] { $count } filters
}
search-any = Any
search-kind = What happened
search-country = Where
search-state = State
search-unopened = Not opened yet
search-from = Not before
search-to = Not after
search-uncertain = What may have happened in this time is listed too.
search-clear = Show everything
search-more = Show more
search-found = { $count ->
    [one] One fits.
   *[other] { $count } fit.
}
incidents-back = All incidents
incidents-none-found = Nothing fits this search.
incidents-welcome = Whenever you are ready
incidents-welcome-detail = Write down one thing that happened. A few words are enough, and you can stop and come back at any time. Everything is kept on this device only.
incident-new = New incident
incident-untitled = Not named yet
incident-title-more = { $name } and { $more } more
incident-files = { $count ->
    [one] 1 file
   *[other] { $count } files
}
incident-review = Review and send
incident-delete = Delete this incident
incident-close = Close without keeping
delete-title = Delete this incident?
delete-detail = The text and this journal’s copies of the files are deleted. The originals stay where they are. This cannot be undone.
delete-sent = The text and this journal’s copies of the files are deleted, and what still waits is not sent. What an organisation has already received stays with it. The originals stay where they are. This cannot be undone.
delete-yes = Delete it

kept-new = Kept as soon as you write something.
kept-keeping = Keeping…
kept-at = Kept on this device at { TIME($time) }
kept-not = Not kept: { $why }
kept-text-stays = Your text is still here. Leave the window open: it is tried again by itself.

what-title = What happened?
what-hint = Choose as many as fit. If none does, your own words are enough.
what-chosen = { $count } chosen
what-status = How far it went
what-target = Whom it was aimed at
what-target-none = Not given
ask-family-phy = I was attacked or confronted
ask-family-wat = I am being watched, or someone was planted among us
ask-family-thr = I was threatened or put under pressure
ask-family-onl = I was attacked or smeared online
ask-family-fam = My family or people close to me were targeted
ask-family-leg = There is a criminal case, a wanted notice or a lawsuit
ask-family-det = I was stopped, detained or may be sent back
ask-family-mob = My passport, citizenship or travel was blocked
ask-family-oth = I am not sure yet, or something else

notes-title = Your notes
notes-hint = What you saw or heard, what others told you, and what you think. In any language, in any order.

when-title = When?
when-precision = How exactly you know
when-day = On one day
when-month = In a month
when-year = In a year
when-range = Over some time
when-about = Around a date
when-unknown = I do not know
when-date = Date
when-from = From
when-to = To
when-ongoing = It is still going on.
when-day-label = Day
when-day-choose = Choose
when-day-unsure = Not sure
when-month-label = Month
when-month-choose = Choose
when-year-label = Year
when-part = Time of day
when-part-none = Not given
when-exact = At an exact time
when-clock = Time, hours and minutes
when-clock-hint = 23:40
when-zone = Time zone of the place
when-zone-unknown = Not known
when-understood = Understood as:
when-open = Nothing is settled yet. A month or a year is enough.

more-title = Add more, if you want
more-hint = None of this is needed to keep the incident. Three answers are needed before it can be sent.
summary-needed = Needed before sending
summary-open = Not answered
summary-two = { $first }, { $second }
summary-undecided = Not decided yet: tick the last line
summary-consent = You have decided

where-title = Where were you?
where-country = Country
where-country-hint = Type the first letters
where-kind = What kind of place
where-kind-none = Not given
where-text = Town, street or description, if you want

who-title = Who may be behind it?
who-legend = Someone who may be behind it, { $number }
who-acting = Which state may want this
who-assisting = Another state that helped
who-assisting-none = None, or not known
who-kind = Who acted
who-name = Name, if you know it
who-basis = Why do you think so?
who-certainty = How you know
who-add = Add someone
who-add-another = Add someone else
who-remove = Remove this one

safety-question = Are you in danger now?
safety-label = Right now
safety-danger-note = If you can, call the local emergency number first. What you write here arrives only when the organisation next looks.
safety-deadline = A date that is coming up, such as a hearing or an expiry, if there is one
safety-reason = What happens on that date

consent-title = What may be done with it?
consent-hint = The organisation sees these answers with your report and must follow them. Careful answers stand there first; change what you like.
consent-identity = How you may be named
consent-others = Do other people in it agree?
consent-place = The exact place may be passed on
consent-publish = The files may be published
consent-keep = How long it may be kept
consent-withdraw = You can change your mind later. What was already passed on by then cannot be called back.
consent-looked = I have looked at these answers, and they are what I want.

evidence-title = Photos, documents, recordings
evidence-hint = Each file is copied here and sealed, exactly as it is. The original stays where it was.
evidence-add = Add files
evidence-drop = or drop them anywhere on this page
evidence-drop-now = Let go: they will be added here
evidence-look = Show
evidence-cover = Cover
evidence-open = Open
evidence-shut = Close
evidence-made-from = Made from
evidence-made-from-withheld = Made from a file that was not sent.
evidence-original = Nothing: it is an original
evidence-facts = { $kind }, { $size }
evidence-caption = What is on it?
evidence-remove = Remove
evidence-remove-title = Remove this file?
evidence-remove-detail = The copy in this journal is deleted. The original, wherever you took it from, is not touched.
evidence-remove-yes = Remove it

## Stages

stage-kept = Kept here only
stage-waiting = Waiting
stage-sending = Sending { $percent } %
stage-stored = Stored on { DAY($day) }
stage-stored-soon = Stored
stage-stopped = Stopped
stage-kept-long = It has not been sent to anyone.
stage-waiting-long = Waiting for a connection. It goes by itself while Chronicle is open and unlocked.
stage-sending-long = On its way. If the connection breaks, it goes on from there.
stage-stored-long = The organisation’s server has it, sealed, and has signed for it. This does not mean that a person has read it.
stage-lost = The server had signed for it and did not have it any more. It goes there once more.
stage-opened = Opened on { DAY($day) }
stage-opened-long = A person at the organisation has opened it, and signed for that.
stage-answered = Answered
stage-answered-long = A caseworker of the organisation wrote about it.
answer-from = { $organisation }, { DAY($day) }
stage-stopped-long = It is still sealed and kept here.
stage-sealed = Sealed on { DAY($day) }, revision { $revision }
stages-title = Where this report is
stages-show-sent = What was sent
revision-same = Revision { $sent } was sent. If you change something, revision { $revision } begins; what was sent stays as it was.
revision-begun = You are writing revision { $revision }. Revision { $sent } stays as it was sent; the organisation gets the new one only when you send it.

## Review and send

review-title = Review and send
review-back = Back to the incident
review-reads = What the caseworker will read
review-people = Names and contacts
review-people-hint = Kept apart from the report, so that it can be passed on without them.
review-to = To
review-route = How it travels
review-size = Size
review-size-value = { $size }, rounded up so that it tells nothing
review-parts = What goes with it
review-part-in = Goes along, { $size }
review-part-out = Left out
review-missing = Still to be answered
review-send = Seal and send
review-send-hint = It is sealed so that only this organisation can open it. It goes as soon as there is a connection, while Chronicle is running.
review-send-hint-by-hand = It is sealed so that only this organisation can open it. It waits in the outbox until you say that it may go.
review-sealing = Sealing…
review-no-organisation = There is no organisation to send to yet. You need an invitation from one, and six words that a caseworker reads out to you.
route-direct = Directly, over an encrypted connection
route-proxied = Through Tor
route-onion = Through Tor, to an onion address
route-none = Not yet
route-local = Inside this computer
missing-types = What happened?
missing-narrative = Your notes, or at least one file
missing-when = When?
missing-country = Where were you?
missing-safety = Are you in danger now?
missing-consent = What may be done with it?
missing-consent-help = The organisation can take the report only if it may help you and keep the record.
missing-other = An answer that the organisation needs
sent-title = What was sent, revision { $revision }
sent-when = Sealed on { DAY($day) } for
sent-left-out = Left out

## Organisations

organisation-add = Add an organisation
organisations-empty = No organisation yet. Your journal works without one. To send, you need an invitation from an organisation you trust.
organisation-confirmed = Confirmed: the six words matched.
organisation-unconfirmed = Not confirmed yet. Nothing can be sent to it.
organisation-closed-note = This organisation has closed. Nothing more is sent to it.
organisation-expires = Its details are valid until { DAY($day) }.
kept-title = An invitation
kept-words = Waits for the six words.
kept-fetch = It was not asked yet whose invitation this is.
kept-go-on = Go on
kept-drop = Throw away
kept-drop-title = Throw this invitation away?
kept-drop-how = It cannot be brought back. If you need one later, ask the organisation for a new invitation.
join-title = Add an organisation
join-invitation = You got an invitation from the organisation: as a file, as text, or as a QR code that you photographed.
join-pick = Choose the file or the photograph
join-paste = Or paste its text here
join-read = Read it
join-from = This invitation says that it comes from
join-expires = Valid until { DAY($day) }
join-known = You already know this organisation.
join-other = Use another invitation
join-short = This is a short invitation. It does not say yet whose it is. That is asked of
join-short-how = Nothing from your journal goes along. Nothing can be sealed before the six words match.
join-fetch = Ask now
join-fetching = Asking…
join-keep = Keep for later
join-words-title = Now the six words
join-words-how = Ask a caseworker to read out six words, by voice or face to face, and type them here. They prove that this invitation was not swapped on its way to you.
join-words-warning = Words that came together with the invitation, in the same message or on the same page, prove nothing.
join-word = Word { $number }
word-not-in-list = This word is not in the list. Did you hear it right?
join-confirm = Compare
join-busy = Comparing…
join-done = The words match. You can now send to
join-done-next = Nothing has been sent. You decide for each incident.
join-finish = Done

## Outbox

outbox-now = Try to send now
outbox-empty = Nothing is on its way. What you seal for an organisation appears here until it has arrived.
outbox-empty-next = To the incidents
outbox-again = Try this one again
outbox-seal-again = Choose whom to seal it for
outbox-revision = revision { $revision }

## Safety page

safety-title = What is protected, and what is not
safety-intro = Plain words, so that you can decide what to write here and where to use it.
safety-group-yes = Protected
safety-group-partly = Protected in part
safety-group-no = Not protected
safety-sealed = Everything you write and every file you add is sealed on the disk. Without the passphrase it is noise.
safety-sealed-next = Keep the passphrase away from this computer.
safety-nothing-alone = Nothing is sent unless you press the button for it, and then only what the page showed.
safety-nothing-alone-next = Look at the review page each time.
safety-endpoint = The organisation’s server stores sealed parcels and cannot open them. It sees when one came and roughly how large it is.
safety-endpoint-next = Whoever watches your connection can see that you reach that server.
safety-received = What you receive is checked before it is shown, and pictures are drawn in a process that has no keys.
safety-received-next = Files that you save elsewhere are no longer protected by this.
safety-sandbox = The page you are looking at runs in a sandbox of its own.
safety-sandbox-next = There is nothing to do.
safety-no-sandbox = The page you are looking at runs without a sandbox on this system.
safety-no-sandbox-next = Ask whoever looks after this computer to install bubblewrap and xdg-dbus-proxy.
safety-guarded = Other programs that run under your name cannot look into Chronicle’s memory.
safety-guarded-next = There is nothing to do.
safety-not-guarded = Other programs that run under your name cannot look at the keys, but on this system they could read the page you see out of memory.
safety-not-guarded-next = Run only programs you trust, and ask whoever looks after this computer to set kernel.yama.ptrace_scope to 1.
safety-lock = Locking ends every process that held a key or a text, and begins the window anew. It locks by itself when nobody is at it, when the desktop is locked, and before the device sleeps.
safety-lock-next = Before a border or a search, switch the computer off rather than letting it sleep.
safety-lock-sending = Reports that are sealed already go on being sent while the journal is locked. For that, memory keeps the organisation’s address and the permission to send there; nobody can read a report with it.
safety-lock-sending-next = “Lock and stop sending” in the settings drops these, too. Sending goes on after you unlock.
safety-traces = Chronicle leaves no readable text in temporary files, caches or lists of recent files. The original of a file you add stays where it was.
safety-traces-next = Decide yourself what happens with originals; deleted files on flash memory can often be brought back.
safety-backup = The last backup was made on { DAY($at) }.
safety-backup-next = Make another one now and then, under Settings.
safety-no-backup = There is no backup. If this disk fails or is lost, everything in it is gone.
safety-no-backup-next = Make one under Settings, best on a stick that you keep elsewhere.
whole-title = Is everything whole?
whole-detail = A check opens every entry, reads every file to its end and compares it with what was kept. A large one takes minutes.
whole-check = Check everything
whole-checked = Checked at { TIME($at) }: { $records ->
    [one] 1 entry
   *[other] { $records } entries
}, { $files ->
    [one] 1 file
   *[other] { $files } files
}, { $size }.
whole-well = Everything is as it was kept.
whole-remove = Remove this file
whole-remove-title = Remove the file?
whole-remove-yes = Remove it
whole-remove-detail = No entry names it. It may be left from an interrupted step. If an entry is missing, keep it until you have looked in a backup.
whole-noted = I have read this
safety-copy = Someone who copies the folder twice can see that something changed between, but not what. An older copy that is put back is not always noticed.
safety-copy-next = Keep the folder where you would notice that someone touched it.
safety-spyware = Spyware on this computer sees what you see and type.
safety-spyware-next = If you suspect it, use another device and ask an expert for help.
safety-forced = Sealing does not help if someone forces you to open it.
safety-forced-next = Keep only what you need to have with you.
safety-visible = Anyone who looks at this computer can see that Chronicle is installed and that a vault exists.
safety-visible-next = Do not rely on it being overlooked.
safety-forgotten = A forgotten passphrase cannot be recovered by anyone.
safety-forgotten-next = Keep the paper with the words in a safe place, away from this computer.

safety-findings = { $count ->
    [one] One thing that is kept here is not as it was written.
   *[other] { $count } things that are kept here are not as they were written.
}
safety-findings-next = The disk may be failing, or someone changed the folder. Copy the whole folder to another disk and ask for help before you rely on it.

## Settings

settings-language = Language
settings-quotes = Show a line of each note in the list
settings-quotes-detail = It is blurred while you work in another window.
settings-place = Where it is kept
settings-place-detail = To move it, lock, close Chronicle and move the whole folder.
settings-listed = Remember this folder on this computer
settings-listed-detail = Chronicle finds it by itself then. Whoever searches this computer can see the folder’s name.
copy-title = Backup
copy-last = The last backup was made on { DAY($at) } at { TIME($at) }.
copy-never = No backup was made yet.
copy-detail = A backup is a copy of the whole folder, sealed like it, and checked after it was made. It opens with the passphrase of the day on which it was made. To use it, choose it as the folder when Chronicle starts.
copy-choose = Choose where it goes
copy-same-disk = This is on the same disk. If the disk fails or is taken away, both are gone. A USB stick that you keep elsewhere is better.
copy-make = Make the backup
copy-done = The backup was made and checked.
settings-locking = Locking
settings-lock-after = Lock by itself when nobody is at it for
settings-lock-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
settings-lock-after-detail = It also locks when the desktop is locked and before the device sleeps. While a file is being taken in or sealed, the time stands still.
settings-lock = Lock now
settings-lock-stop = Lock and stop sending
settings-lock-stop-detail = “Lock now” lets reports that are sealed already go on. “Lock and stop sending” drops their addresses from memory, too.
settings-leave = Escape twice closes Chronicle at once. What you wrote is kept.

## Desk: inbox and reports

inbox-fetch = Fetch reports
inbox-fetched = { $reports ->
    [0] Nothing new.
    [one] One new report.
   *[other] { $reports } new reports.
} { $refused ->
    [0] { "" }
    [one] One parcel could not be opened.
   *[other] { $refused } parcels could not be opened.
}
inbox-quarantine = { $count ->
    [one] One parcel that could not be opened
   *[other] { $count } parcels that could not be opened
}
inbox-came = Came on { DAY($day) }
inbox-empty = Nothing has come in yet
inbox-empty-detail = Fetch now and then. What was opened and verified appears on the left, the urgent first.
inbox-choose = Choose a report
inbox-choose-detail = Everything in the list was opened and verified on this computer.
inbox-no-organisation = First, found your organisation
inbox-no-organisation-detail = Reports are sealed to an organisation. Founding it makes its keys, and the six words that people compare.
inbox-not-connected = Not connected to the endpoint yet
inbox-not-connected-detail = To fetch, the desk needs a caseworker’s token from the person who runs the endpoint.
report-by-invitation = Came by invitation { $number }
report-unknown-sender = Unknown sender
report-sender = Sender
report-days = Dates
report-sealed = Sealed on { DAY($day) }
report-received = Received on { DAY($day) }
report-revision = Revision { $revision }
report-checks = What was verified
report-withheld = { $count ->
    [one] One part was left out by the sender.
   *[other] { $count } parts were left out by the sender.
}
report-people-withheld = Names and contacts were left out by the sender.
check-signature = The sender’s signature
check-hashes = Each part is what the sender listed
check-hashes-small = Each part but the largest files is what the sender listed
check-hashes-large = { $count ->
    [one] The largest file, which is not read again each time
   *[other] The { $count } largest files, which are not read again each time
}
check-custody = The custody log has no gaps
check-recipients = Sealed to this organisation
check-yes = verified
check-no = not verified
check-then = verified when it was received
check-other = A check that this version has no words for
item-save = Save elsewhere
item-unnamed = File { $number }
item-image = Picture from the report
item-truncated = Only the beginning is shown. Save the file to read the rest.
shown-page = Page { $page } of { $pages }
shown-before = Page before
shown-after = Next page
shown-not = This file cannot be shown here. Save a copy to look at it elsewhere.
player-opening = Opening the recording
player-play = Play
player-pause = Pause
player-place = Place in the recording
player-time = { $at } of { $length }
player-sound-on = Sound on
player-sound-off = Sound off
player-no-picture = Its picture cannot be shown here. Save a copy to watch it elsewhere.
player-no-sound = Its sound cannot be played here. Save a copy to listen to it elsewhere.
item-sum = SHA-256 { $sum }
save-title = Save this file outside the desk?
save-warning = Files from others can harm this computer when they are opened. Open it only where nothing else is at stake.
save-own-title = Save a copy outside the journal?
save-disk = Outside Chronicle the file lies open on the disk, where others may read it.
save-yes = Choose a place
save-done = Saved. Open it only where nothing else is at stake.

## Desk: organisation

found-title = Found your organisation
found-intro = This makes the keys that reports are sealed to. It is done once, on this computer.
found-name = Name, as reporters will see it
found-endpoint = Address of the endpoint
found-endpoint-hint = https://reports.example.org
found-key = Receipt key of the endpoint
found-key-hint = The person who runs the endpoint gets it when setting it up. With it, receipts can be told from forged ones.
found-medium-title = A second medium, off this computer
found-medium = The root key and an archive key go to a USB stick or another disk, under a passphrase of their own, and are read back to be sure. Keep that medium locked away: whoever has it and its passphrase can speak as your organisation.
found-medium-same = This folder is on the same disk as the desk. One loss takes both.
found-medium-choose = Choose the medium
found-passphrase = Passphrase for that medium, not the one of the desk
found-pass-why = These six words open that medium. Write them down, and keep the paper neither with the medium nor with the desk’s own words.
found-do = Found the organisation
found-busy = Making keys, writing them to the medium and reading them back.
ours-profile = Profile { $version }, valid until { DAY($day) }
ours-receipts = Receipts of the endpoint count until { DAY($day) }. Renew the profile before that day, and give it to the person who runs the endpoint.
ours-words-title = The six words
ours-words-how = Read them out to each new reporter, by voice or face to face. Never write them into the message that carries the invitation.
ours-digits = The same as digits:
ours-profile-title = Profile for the endpoint
ours-profile-how = Save the profile and give it to the person who runs the endpoint. It holds no secret.
ours-profile-save = Save the profile
ours-profile-renew = Renew and save
ours-profile-saved = Saved.
ours-connect-title = Connection to the endpoint
ours-connect-how = Enter the caseworker’s token that the person who runs the endpoint made for you. It works once.
ours-token = Caseworker’s token
ours-connect = Connect
ours-connected = This desk is connected.
ours-invite-title = Invite a reporter
ours-invite-how = Each invitation belongs to one person. Paste a reporter’s token; the invitation with it is saved as a file that you hand over, or shown as a QR code.
ours-token-reporter = Reporter’s token
ours-invite = Save as a file
ours-invite-code = Show as a QR code
ours-code-how = Let the person photograph it, and open the photograph in Chronicle. Anybody else who photographs it can use it in their place: show it to nobody else, and close it afterwards.
ours-code-label = The invitation as a QR code
ours-code-close = Close the code
ours-invited = The invitation is saved.
ours-invitations = { $count ->
    [0] No invitation written yet.
    [one] One invitation written so far.
   *[other] { $count } invitations written so far.
}

## Keeping, closing, and the log that goes along

left-title = This text is not kept yet.
left-open = Open it
faults-title = Kept as it is. Before it can be sent:
closing-title = Close anyway?
closing-yes = Close
closing-unkept = There is text that could not be kept on this device. It would be lost.
closing-held = There is text that no vault has yet. It waits in memory and would be lost; open the journal that it belongs to first.
closing-jobs = Files are still being taken in or sealed. That would be stopped; what was not finished has to be done again.
closing-sending = A report is still being sent. It goes on the next time the journal is open.
review-steps = The log of what was done with it
review-steps-hint = This goes along, so that it can be shown later that nothing was altered.
review-steps-report = This report
review-attaching = A file is still being added. It can be sent when that is done.
step-created = written for the first time
step-imported = taken in
step-described = described
step-sealed = sealed
step-withheld = left out (only that something was left out is told, not its name)
join-renews = You know this organisation. This invitation gives you a new permission to send to it.
when-year-missing = Add the year: without it the date is not kept.

ours-root = Master keys { $version }, valid until { DAY($day) }. { $keys ->
    [one] One key.
   *[other] { $keys } keys.
} { $threshold ->
    [one] One must sign.
   *[other] { $threshold } must sign.
}
ours-this-desk = This desk
ours-archive = Offline archive
ours-retired = retired since { DAY($day) }
decision-rotated = New keys for this desk
decision-admitted = Colleague taken in
decision-dismissed = Colleague left
decision-revoked = Colleague’s keys revoked
decision-identity-forgotten = Identity forgotten for good
decision-root = New master keys
decision-closed = Organisation closed
organisation-current = Said to be its newest details on { DAY($day) }.
organisation-later-root = This organisation has changed its master keys. Ask a caseworker, by voice or face to face, for the six new words. Until they match, what you seal goes to the keys that you confirmed before.

join-read-out-in = Read out in
join-in-english = English words
join-in-russian = Russian words
join-in-digits = Digits
join-digits = The twenty digits
organisation-type-words = Type the six new words
organisation-renew-sender = Use a new key
organisation-renew-title = Use a new key for this organisation?
organisation-renew-yes = Use a new key
organisation-renew-how = Do this if somebody may have had this device or a copy of this journal. What you seal from then on bears a new key, and the old one vouches for it once, so that the organisation knows that you are still you. Whoever has a copy can do the same: tell a caseworker by voice as well.
organisation-sender-renewed = A new key is in use.
ours-russian = In Russian:
sender-mark = Note something about this sender
sender-mark-from = From which day
sender-mark-reason = What they told you, and how. Empty takes the note away.
sender-mark-keep = Keep the note
inbox-noticed = look twice
decision-granted = Key of a report given to a colleague
decision-grant-taken = Key of a report taken from a colleague
decision-exported = Report exported
decision-passed-on = Parts of a report passed on

## How it travels

travel-title = How it travels
travel-direct = Straight from this computer
travel-tor = Through Tor on this computer
travel-tor-browser = Through Tor Browser
travel-other = Through another proxy
travel-proxy = Address and port of the SOCKS5 proxy
travel-proxy-use = Use this proxy
travel-detail-direct = Whoever watches your line can see which organisation’s server you speak with, not what you say.
travel-detail-proxy = Whoever watches your line sees that you use Tor, not with whom you speak. When Tor is not running, nothing goes, and never another way.
travel-by-hand = Send only when I say so
travel-by-itself = What waits goes by itself
travel-by-hand-detail = Nothing goes by itself then, also while Chronicle is locked. The outbox has the button.
travels-direct = It goes straight to { $address }. Whoever watches your line can see that you speak with it.
travels-proxied = It goes through Tor to { $address }. Whoever watches your line sees Tor, not whom you speak with.
travels-onion = It goes through Tor to the onion address { $address }. Whoever watches your line sees Tor, not whom you speak with.
travel-instead-direct = If you agree, it goes straight to { $address } from now on. Whoever watches your line can see that then.
travel-instead-proxied = If you agree, it goes through Tor to { $address } from now on.
travel-instead-onion = If you agree, it goes through Tor to the onion address { $address } from now on.
travel-agree = Agree to this way

## Answers

answer-title = Answer
answer-write = What you want to say or ask
answer-hint = Only the person who sent this report can open it. They see it when Chronicle looks into their mailbox the next time.
answer-send = Sign and post
answer-waits = Waits to be posted
answer-posted = Posted on { DAY($day) }
answer-opened = A person has opened this report, signed on { DAY($day) }
outbox-look = Look for answers

## By hand

outbox-hand = Save it for a stick
outbox-take = Take in a receipt or answer
inbox-take = Take a report from a file
answer-hand = Save for a stick what waits
answer-handed = { $count ->
    [one] One sealed file is saved. Whoever carries it cannot open it.
   *[other] { $count } sealed files are saved. Whoever carries them cannot open them.
}
returned-stored = A receipt: the organisation has stored the report.
returned-message = Word from the organisation: it is shown with the report.
returned-known = Nothing new: this was here already.
dialog-hand-over = Save the sealed file
dialog-take-back = Choose the file that came back
dialog-take-sealed = Choose the sealed report

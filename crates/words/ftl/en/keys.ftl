# The page about the passphrase and the recovery sheet, opening by the sheet, and its code in three parts.

keys-title = Passphrase and recovery
keys-intro = Your passphrase opens what is kept here. A recovery sheet opens it, too, on the day when the passphrase is forgotten.
keys-go = Passphrase and recovery
keys-go-detail = Change the passphrase, make a recovery sheet, or see whether there is one.
keys-back = Passphrase and recovery
keys-proof = Your passphrase
keys-proof-why = Whoever finds this window open must not be able to do this, so your passphrase is asked for once more.
keys-busy = This takes a few seconds on purpose: it slows down anyone who tries to guess.

keys-done-sheet = The sheet is valid from now on. An earlier one opens nothing any more.
keys-done-sheet-next = Keep it where you keep papers that matter, away from this computer.
keys-done-changed = The passphrase is changed. The old one opens nothing that is written from now on.
keys-done-changed-sheet = Your recovery sheet is still valid.
keys-done-recovered = It is open again, with your new passphrase. The forgotten one opens nothing any more.
keys-done-recovered-next = The recovery sheet is still valid. If somebody else may have seen it, make a new one.
keys-done-shared = The three files are saved. Give each to its person.
keys-done-shared-next = From now on any two of them can give you the code back. The paper sheet is valid as before; keep it, or destroy it.
keys-done-forgotten = The sheet opens nothing any more. You can throw the paper away.
keys-done-sealed = Everything that is kept here is sealed again. The old keys are forgotten.

## The sheet

sheet-heading = Recovery sheet
sheet-none = There is no recovery sheet. If the passphrase is forgotten, nobody can open what is kept here.
sheet-what = A recovery sheet is a piece of paper on which you write eleven words. It takes about five minutes.
sheet-there = There is a valid recovery sheet.
sheet-there-since = A recovery sheet that you made on { DAY($day) } is valid.
sheet-good-for = With its eleven words you can set a new passphrase. Whoever finds the sheet and has this computer, or a copy of the folder, can do the same.
sheet-make = Make a recovery sheet
sheet-make-new = Make a new sheet
sheet-forget = Make the sheet invalid
sheet-forget-title = Make the sheet invalid?
sheet-forget-text = The words on it will open nothing any more. If you forget the passphrase then, nobody can open what is kept here.
sheet-forget-yes = Make the sheet invalid
sheet-title = A recovery sheet
sheet-ask = Eleven words will be shown, once. Have paper and a pen ready, and be where nobody looks over your shoulder.
sheet-ask-earlier = Your earlier sheet stays valid until the new one is finished.
sheet-show = Continue to the words
sheet-write-title = Write these eleven words on paper
sheet-write = Write them by hand, with their numbers, in this order. Hold the button to see them.
sheet-write-print = There is no printing here: a computer keeps copies of what it prints, and so do many printers.
sheet-written = I wrote all eleven words down, with their numbers.
sheet-to-practice = Next: three words from the paper
sheet-practice-title = Three words from your paper
sheet-practice = This shows that the paper is right. The sheet becomes valid with it, and the words are not shown again.
sheet-practice-word = Word { $number }
sheet-practice-back = See the words again
sheet-failed = Your passphrase opens everything as before. Keep this paper and that of an earlier sheet until one of them has been made valid here.
sheet-finish = Make the sheet valid

## The passphrase

change-heading = Passphrase
change-why = Change it when somebody may have seen or heard it. It cannot be looked up here.
change-go = Change the passphrase
change-title = Change the passphrase
change-words-why = These six words were drawn by chance, so nobody can guess them. Write them down on paper and keep the paper away from this computer.
change-present = Your present passphrase
change-after = The old passphrase will open nothing that is written afterwards.
change-after-sheet = The recovery sheet stays valid.
change-failed = Nothing is lost. Your present passphrase still opens everything; keep the paper with the new one, too, until a change has worked.

## Sealing everything again

again-heading = What was written before
again-why = What you wrote before the change is still sealed with the old keys. Somebody who knows the old passphrase and has an older copy of the key files could open it in this folder.
again-limit = Sealing everything again ends that. It cannot reach copies of the folder that somebody made before.
again-go = Seal everything again
again-running = Sealing everything again
again-running-next = You can go on working, and stop at any time: the next time goes on from there.
again-stop = Stop
again-stopped = Stopped. What was done stays done.
again-continue = Go on sealing
again-progress = { $percent } %

## The code in three parts

share-heading = The code in three parts
share-why = If you cannot keep a sheet safely, three people you trust can each keep a part of its code. Any two parts together give you the code back; one alone opens nothing.
share-go = Give parts to three people
share-title = Parts for three people
share-how = Each of the three needs the free program “age” and tells you a line that begins with age1. Each part can then be opened by that person only. Choose people who do not know of each other, where you can.
share-code = The eleven words from your sheet
share-person = { $number ->
    [1] The first person’s line
    [2] The second person’s line
   *[other] The third person’s line
}
share-save = Choose a folder and save three files
dialog-shares = Choose a folder for the three files
share-busy = Checking the words. This takes a few seconds on purpose.
# In the file of each holder, in front of the part. No word of it may begin with “chronicle-share”.
share-text =
    Part { $number } of 3 of a recovery code that somebody asked you to keep (set { $set }).
    Alone it opens nothing. Any two of the three parts give the code back.
    Keep this file. When the person needs it, give them the line below, but only when you have seen or heard that it is really them.

## Opening by the sheet

recover-go = Use the recovery sheet
recover-title = Open with the recovery sheet
recover-how = Type the eleven words from the sheet, or paste them all at once.
recover-word = Word { $number }
recover-open = Check the words
recover-open-parts = Check the parts
recover-busy = Checking. This takes a few seconds on purpose.
recover-shares = I have two of three parts instead
recover-shares-title = Open with two parts
recover-shares-how = Ask two of the three people for the line in their file. It begins with chronicle-share1.
recover-share = { $number ->
    [1] One part
   *[other] Another part
}
recover-code = I have the sheet
recover-back = Use the passphrase instead
recover-new-title = Now a new passphrase
recover-new-how = That was right. The forgotten passphrase will open nothing any more; the sheet stays valid.
recover-finish = Set it and open
recover-failed = The words of the sheet still open it: type them once more.

## Lines on the safety page

safety-sheet = There is a recovery sheet. Its words open everything that is kept here.
safety-sheet-next = Keep it as carefully as the passphrase, and make a new one if somebody may have seen it.

## What can go wrong

error-holder-unreadable = This is no recipient for age.
error-holder-unreadable-next = It is one line that begins with age1. Copy it whole, from the person it belongs to.
error-share-holder = The line of { $index ->
    [1] the first person
    [2] the second person
   *[other] the third person
} is no recipient for age.
error-share-holder-next = It begins with age1. Copy it whole, from the person it belongs to.
error-share-holders-same = Two of the lines belong to the same person.
error-share-holders-same-next = Choose three different people: whoever holds two parts holds the whole code.
error-share-unreadable = { $index ->
    [1] The first part cannot be read.
    [2] The second part cannot be read.
   *[other] This part cannot be read.
}
error-share-unreadable-next = It is one line that begins with chronicle-share1. A letter of it is wrong or missing; copy it once more.
error-share-newer = This part was written by a newer version of Chronicle.
error-share-newer-next = Install the newer version, then try again.
error-shares-same = This is the same part twice.
error-shares-same-next = Ask another of the three people for theirs.
error-shares-apart = These two parts do not belong to the same code.
error-shares-apart-next = Perhaps one of them is from before. The number of the set stands in each person’s file and must be the same.
error-shares-no-code = These two parts give no code.
error-shares-no-code-next = One of them was changed. Ask the third person for their part.
error-sheet-word-wrong = Word { $index } was a different one.
error-sheet-word-wrong-next = Look at your paper. If it says something else there, see the words again and correct the paper.
error-no-sheet-drawn = The words were shown too long ago.
error-no-sheet-drawn-next = Begin the sheet again: other words will be shown. Nothing has changed.
error-not-recovering = The words of the sheet are needed once more.
error-not-recovering-next = Type them again. Nothing has changed.
error-text-unkept = Something you wrote is not kept yet.
error-text-unkept-next = Go back to it and see what it says there. Then try again.

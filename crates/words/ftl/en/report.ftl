# What a report holds: codes, labels, times.

## Families and kinds of incident. The labels are those of the vocabulary; a test compares them.

family-phy = Physical attack or confrontation
kind-phy-kill = Killing or attempt to kill (including poisoning)
kind-phy-assault = Assault or beating
kind-phy-abduct = Abduction, disappearance, or attempt
kind-phy-confront = Menacing confrontation or visit
kind-phy-property = Break-in, arson or damage to property
family-wat = Watching and infiltration
kind-wat-follow = Followed, watched or photographed
kind-wat-device = Tracker, camera or listening device found
kind-wat-infiltrate = Informant or infiltration in our community
family-thr = Threats and pressure
kind-thr-death = Death threat
kind-thr-harm = Threat of violence, abduction or sexual violence
kind-thr-legal = Threat of prosecution, extradition or deportation
kind-thr-blackmail = Blackmail or extortion
kind-thr-lure = Pressure or trick to return, travel or come to a consulate
kind-thr-recruit = Approached or pressed to inform or cooperate
family-onl = Online attacks and smears
kind-onl-spyware = Spyware suspected or confirmed
kind-onl-phish = Phishing or malicious link or file
kind-onl-account = Account or SIM taken over, or attempt
kind-onl-dox = Private information published (doxing)
kind-onl-abuse = Coordinated online abuse or trolling
kind-onl-fake = Impersonation, fake account or fabricated content
kind-onl-takedown = Mass reporting, blocking or attack on site or channel
kind-onl-smear = Smear in state or pro-government media
family-fam = Relatives and associates targeted
kind-fam-detain = Relative detained, beaten or harmed
kind-fam-threat = Relative threatened, visited or interrogated
kind-fam-public = Relative forced to denounce me or appear in propaganda
kind-fam-resource = Relative lost job, studies, property or benefits
kind-fam-travel = Relative barred from leaving or passport taken
kind-fam-assoc = Friend, colleague, source or supporter targeted
family-leg = Criminal cases, wanted lists and lawsuits
kind-leg-case = Criminal case, search or in-absentia sentence at home
kind-leg-interpol = Interpol red notice or diffusion
kind-leg-regional = CIS, SCO or bilateral wanted list
kind-leg-extradite = Extradition request or hearing
kind-leg-list = Listed as terrorist, extremist or foreign agent
kind-leg-lawsuit = Abusive lawsuit in the host country (SLAPP)
kind-leg-finance = Bank account closed, assets frozen, financial listing
family-det = Detention, deportation and handover abroad
kind-det-question = Stopped or questioned by local police at another state's request
kind-det-detain = Arrested or detained abroad
kind-det-deport = Deportation, expulsion or pushback
kind-det-handover = Secret or forced handover to another state (rendition)
kind-det-asylum = Asylum, visa or residence refused under outside pressure
family-mob = Documents, citizenship and travel
kind-mob-passport = Passport cancelled, or reported lost or stolen
kind-mob-consular = Consular service refused or made conditional
kind-mob-citizen = Citizenship stripped or threatened
kind-mob-border = Stopped, searched or refused at a border (including device search)
family-oth = Other
kind-oth-unsure = Not sure yet or something else

## How far it went.

status-completed = It happened
status-attempted = They tried
status-threatened = They threatened to
status-ongoing = It is still going on
status-unsure = Not sure

## Whom it hit.

target-me = Me
target-relative = A relative
target-friend-or-colleague = A friend or colleague
target-my-organisation = My organisation
target-other = Someone else

## By which way it came.

channel-in-person = In person
channel-phone-call = Phone call
channel-sms = Text message (SMS)
channel-messenger = Messenger
channel-social-network = Social network
channel-email = Email
channel-letter = Letter
channel-official-document = Official document
channel-through-a-relative = Through a relative
channel-news-media = News media
channel-other = Another way

## How exactly the time is known.

precision-minute = To the minute
precision-hour = To the hour
precision-part-of-day = Part of the day
precision-day = Day
precision-month = Month
precision-year = Year
precision-unknown = Not known

## Parts of the day.

part-of-day-night = Night
part-of-day-morning = Morning
part-of-day-afternoon = Afternoon
part-of-day-evening = Evening

## Instead of a time zone.

zone-unknown = Not known

## Where the time zone was taken from.

zone-basis-place = From the place
zone-basis-device = From this device
zone-basis-stated = Said so
zone-basis-guessed = A guess

## How often it happened.

often-once = Once
often-several = Several times
often-ongoing = It is still going on

## Kinds of place, and the answers that stand where a country stands.

place-home = At home
place-relatives-home = At a relative’s home
place-work = At work
place-street = In the street
place-transport = In transport
place-airport-or-border = Airport or border
place-consulate-or-embassy = Consulate or embassy
place-police-or-court = Police or court
place-event = At an event
place-school = School or university
place-online = Online
place-phone = By phone
place-other = Somewhere else
place-in-transit = On the way between countries
place-unknown = Not known

## Kinds of actor.

actor-unknown = Not known
actor-intelligence = Intelligence or security service
actor-police = Police
actor-border = Border service
actor-prosecutor-or-court = Prosecutor or court
actor-consulate = Consulate or embassy
actor-interpol-bureau = National Interpol bureau
actor-pro-government-media = State or pro-government media
actor-hired-or-criminal = Hired people or criminals
actor-online-accounts = Online accounts
actor-private-person = A private person

## How the person knows about the actor.

certainty-seen = I saw or heard it
certainty-told = Somebody told me
certainty-suspected = I suspect it
certainty-unknown = I do not know

## Who was affected.

role-self = Me
role-relative = A relative
role-child = A child
role-colleague = A colleague
role-group = A group
role-other = Someone else

## What they are to the person.

relation-partner = Partner or spouse
relation-parent = Parent
relation-child = Child
relation-sibling = Brother or sister
relation-grandparent = Grandparent
relation-grandchild = Grandchild
relation-in-law = Relative by marriage
relation-other-relative = Another relative
relation-friend = Friend
relation-colleague = Colleague
relation-lawyer = Lawyer
relation-source = Source
relation-other = Someone else

## Age bands.

age-under-12 = Under 12
age-12-17 = 12 to 17
age-18-29 = 18 to 29
age-30-49 = 30 to 49
age-50-64 = 50 to 64
age-65-over = 65 or over
age-unknown = Not known

## Whether somebody knows of the report.

knows-yes = Yes
knows-no = No
knows-unknown = I do not know

## Whether other people agreed.

others-yes = Yes
others-no = No
others-not-asked = Not asked

## For whom the report is made.

reporting-self = For myself
reporting-someone-else = For someone else

## Whether the one written for agreed.

agreement-yes = Yes, they agreed
agreement-no = No
agreement-could-not-ask = I could not ask

## Whether a witness may be contacted.

may-contact-yes = Yes
may-contact-no = No
may-contact-ask-me-first = Ask me first

## How another report belongs to this one.

link-earlier = It came before
link-later = It came after
link-same-campaign = Part of the same campaign
link-duplicate = The same incident

## How safe the person is.

safety-safe = I am safe
safety-not-sure = I am not sure
safety-in-danger = I am in danger

## What it did to the person’s life.

impact-moved-home = I had to move
impact-stopped-work-or-posting = I stopped working or posting
impact-lost-contact = I lost contact with people
impact-health = It affected my health

## What the person needs.

need-legal = Legal help
need-medical = Medical help
need-psychosocial = Psychological support
need-digital = Help with devices and accounts
need-relocation = A safe place to stay
need-money = Money
need-documents = Documents
need-advocacy = Speaking up for me
need-record-only = Just a record

## To whom it was reported before.

body-police = Police
body-lawyer = Lawyer
body-platform = Online platform
body-ngo = Non-governmental organisation
body-un = United Nations
body-employer-or-university = Employer or university
body-other = Someone else

## Why it was not reported.

not-reported-fear = Fear
not-reported-language = Language
not-reported-not-useful = It would not help
not-reported-did-not-know = I did not know where
not-reported-other = Another reason

## What may be done with the report.

consent-help = The organisation helps me and keeps the record
consent-statistics = Anonymous statistics
consent-lawyers = Lawyers who work with the organisation
consent-host-authorities = Police or authorities of the country I live in
consent-international = UN, EU, OSCE and Council of Europe bodies
consent-sanctions-courts = Sanctions or prosecution files, courts
consent-researchers = Researchers, without my name
consent-media = Media and public reports
consent-other-organisations = Other organisations

## Answers.

answer-yes = Yes
answer-no = No
answer-ask = Ask me first

## Under which name the person may appear.

identity-name = Under my name
identity-pseudonym = Under a pseudonym
identity-none = Without any name

## How long the report may be kept.

keep-1-year = 1 year
keep-3-years = 3 years
keep-10-years = 10 years
keep-until-i-ask = Until I ask to delete it

## How the organisation may reach the person.

contact-app-only = Only through this application
contact-signal = Signal
contact-email = Email
contact-phone = Phone
contact-trusted-person = Through someone I trust
contact-do-not-contact = Do not contact me

## Kinds of evidence.

evidence-image = Picture
evidence-text = Text
evidence-audio = Sound
evidence-video = Video
evidence-pdf = PDF
evidence-other = Another kind of file

## How the person came by it.

obtained-i-took-it = I took it
obtained-i-received-it = I received it
obtained-i-screenshotted-it = I made a screenshot
obtained-i-exported-it = I exported it
obtained-third-party-gave-me = Somebody gave it to me
obtained-downloaded = I downloaded it

## What was found about a provenance manifest.

c2pa-absent = None
c2pa-valid = Valid
c2pa-invalid = Not valid
c2pa-not-checked = Not checked

## Whose clock said the time.

clock-system = This device
clock-stated = Said by the person

## What to know before looking.

sensitivity-none = Nothing special
sensitivity-graphic = Injuries or violence
sensitivity-intimate = Intimate
sensitivity-third-party-faces = Faces of other people
sensitivity-personal-data = Personal data

## How soon somebody should look.

urgency-now = Now
urgency-soon = Soon
urgency-normal = Normal

## Headings and labels of the lines of a report.

field-what = What happened
field-when = When
field-where = Where
field-actors = Who may be behind it
field-affected = Who was affected
field-reporting-for = For whom this is written
field-witnesses = Witness
field-safety = Safety
field-impact = What it changed
field-needs = What would help
field-reported-to = Reported before
field-not-reported = Not reported
field-evidence = Evidence
field-missing-evidence = Evidence that is elsewhere
field-related = Related report
field-consent = Consent
field-contact = Contact
field-report-id = Report number
field-rest = From a newer version
field-types = Kinds of incident
field-narrative = Your notes or a file
field-country = Country
field-other = Another field
field-what-types-code = Kind
field-what-types-label = In own words
field-what-types-status = How far it went
field-what-types-target = Whom it was aimed at
field-what-narrative = Notes
field-what-narrative-lang = Language of the notes
field-what-channel = How it came
field-when-edtf = Time
field-when-local-time = Time of day
field-when-time-precision = How exactly it is known
field-when-tz = Time zone
field-when-tz-basis = Where the zone is from
field-when-repeated-how = How often
field-when-repeated-count = Number of times
field-when-repeated-since = Going on since
field-when-noticed = When I learned of it
field-when-earliest-utc = Not before (UTC, computed)
field-when-latest-utc = Not after (UTC, computed)
field-where-country = Country
field-where-text = Place
field-where-kind = Kind of place
field-where-geo-lat = Latitude
field-where-geo-lon = Longitude
field-where-geo-radius-m = Within how many metres
field-where-geo-exportable = The exact point may be passed on
field-actors-kind = Kind of actor
field-actors-acting-state = State that may want it
field-actors-assisting-state = State that helped
field-actors-name = Name
field-actors-handles = Account or number
field-actors-description = Description
field-actors-basis = Why I think so
field-actors-certainty = How I know
field-affected-role = Who
field-affected-relation = Relation
field-affected-alias = Name or another word
field-affected-age-band = Age
field-affected-country = Country
field-affected-knows-of-report = Knows of this report
field-affected-consents = Agrees
field-reporting-for-who = Written
field-reporting-for-agreed = They agreed
field-witnesses-alias = Name or another word
field-witnesses-knows = What they know
field-witnesses-can-be-contacted = May be contacted
field-safety-now = Now
field-safety-deadline = Deadline
field-safety-deadline-reason = What that day is
field-impact-marks = What changed
field-impact-text = In own words
field-reported-to-body = To whom
field-reported-to-country = Country
field-reported-to-date = Date
field-reported-to-reference = Reference number
field-reported-to-result = What came of it
field-not-reported-reason = Reason
field-not-reported-text = In own words
field-related-report-id = Report number
field-related-link = How it is related
field-consent-help = Permission to help you
field-consent-purposes = Another purpose
field-consent-identity = Name
field-consent-exact-place = The exact place may be passed on
field-consent-publish-evidence = Evidence may be published
field-consent-others = Other people shown agreed
field-consent-keep-until = Keep until
field-consent-date = Date of this choice
field-consent-text-version = Version of the text shown
field-consent-language = Language of the text shown
field-contact-mode = How to reach me
field-contact-address = Number or address
field-contact-safe-times = Safe times
field-contact-language = Language
field-contact-code-phrase = Agreed phrase
field-contact-interpreter = Interpreter needed
field-evidence-original-name = File name
field-evidence-caption = What it shows
field-evidence-kind = Kind
field-evidence-media-type = Media type
field-evidence-size = Size in bytes
field-evidence-sha256 = SHA-256
field-evidence-sensitivity = Before you look
field-evidence-obtained-how = How I got it
field-evidence-obtained-at = When I got it
field-evidence-obtained-tz = Time zone
field-evidence-obtained-from = From whom
field-evidence-url = Web address
field-evidence-captured-at = Seen there
field-evidence-language = Language
field-evidence-file-times = File time
field-evidence-embedded-metadata = The file says
field-evidence-c2pa-present = Provenance manifest
field-evidence-imported-at-local = Taken in (local time)
field-evidence-imported-at-tz = Time zone of the device
field-evidence-imported-at-utc = Taken in (UTC)
field-evidence-imported-at-clock-source = By which clock
field-evidence-imported-at-clock-difference-s = Difference to the organisation’s clock, seconds
field-evidence-tool-name = Taken in by
field-evidence-tool-version = Version
field-evidence-tool-build = Build
field-evidence-derived-from = Made from item
field-evidence-id = Item number

## Times. $date, $from, $to are ISO dates; $part, $clock, $zone may be "none".

time-not-answered = Not answered
time-unknown = Not known when
time-as-written = { $text }
time-day =
    { $about ->
        [yes] {"about "}
       *[no] {""}
    }{ DAY($date) }{ $sure ->
        [no] {", day not certain"}
       *[yes] {""}
    }{ $part ->
        [night] {", at night"}
        [morning] {", in the morning"}
        [afternoon] {", in the afternoon"}
        [evening] {", in the evening"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", about "}
           *[no] {", at "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (time zone not known)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-month =
    { $about ->
        [yes] around { MONTH($date) }
       *[no] in { MONTH($date, case: "in") }
    }{ $sure ->
        [no] {", month not certain"}
       *[yes] {""}
    }{ $part ->
        [night] {", at night"}
        [morning] {", in the morning"}
        [afternoon] {", in the afternoon"}
        [evening] {", in the evening"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", about "}
           *[no] {", at "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (time zone not known)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-year =
    { $about ->
        [yes] around { MONTH($date) }
       *[no] some time in { MONTH($date) }
    }{ $sure ->
        [no] {", year not certain"}
       *[yes] {""}
    }{ $part ->
        [night] {", at night"}
        [morning] {", in the morning"}
        [afternoon] {", in the afternoon"}
        [evening] {", in the evening"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", about "}
           *[no] {", at "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (time zone not known)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-between =
    { $span ->
        [month] between { $from_day } and { DAY($to) }
        [year] between { DAY($from, year: "no") } and { DAY($to) }
       *[none] between { $from_is ->
            [day] { DAY($from) }
            [month] { MONTH($from) }
           *[year] { MONTH($from) }
        } and { $to_is ->
            [day] { DAY($to) }
            [month] { MONTH($to) }
           *[year] { MONTH($to) }
        }
    }{ $about ->
        [yes] {", approximately"}
       *[no] {""}
    }{ $sure ->
        [no] {", not certain"}
       *[yes] {""}
    }{ $part ->
        [night] {", at night"}
        [morning] {", in the morning"}
        [afternoon] {", in the afternoon"}
        [evening] {", in the evening"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", about "}
           *[no] {", at "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (time zone not known)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-since =
    since { $from_is ->
        [day] { DAY($from) }
        [month] { MONTH($from) }
       *[year] { MONTH($from) }
    }{ $about ->
        [yes] {", approximately"}
       *[no] {""}
    }{ $goes_on ->
       *[yes] {", still going on"}
        [no] {", end not known"}
    }{ $sure ->
        [no] {", not certain"}
       *[yes] {""}
    }{ $part ->
        [night] {", at night"}
        [morning] {", in the morning"}
        [afternoon] {", in the afternoon"}
        [evening] {", in the evening"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", about "}
           *[no] {", at "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (time zone not known)"}
       *[other] {" ("}{ $zone }{")"}
    }
time-until =
    { $to_is ->
        [day] { DAY($to) }
        [month] { MONTH($to) }
       *[year] { MONTH($to) }
    } or earlier{ $about ->
        [yes] {", approximately"}
       *[no] {""}
    }{ $sure ->
        [no] {", not certain"}
       *[yes] {""}
    }{ $part ->
        [night] {", at night"}
        [morning] {", in the morning"}
        [afternoon] {", in the afternoon"}
        [evening] {", in the evening"}
       *[none] {""}
    }{ $clock ->
        [none] {""}
       *[other] { $clock_about ->
            [yes] {", about "}
           *[no] {", at "}
        }{ TIME($clock) }
    }{ $zone ->
        [none] {""}
        [unknown] {" (time zone not known)"}
       *[other] {" ("}{ $zone }{")"}
    }

## What can be wrong with a report, and what to do next.

error-report-not-json = This file is not a report: it cannot be read at line { $line }, column { $column }.
error-report-not-json-next = Check the file at that place, or write it again from the example.
error-report-name-twice = A name stands twice in the report: { $field }.
error-report-name-twice-next = Keep one of the two.
error-report-wrong-shape = This field holds something else than it can: { $field }.
error-report-wrong-shape-next = Compare it with the example.
error-report-code-unknown = “{ $code }” is not known ({ $field }).
error-report-code-unknown-next = Choose one of the list.
error-report-time = This is not a time of day ({ $field }).
error-report-time-next = Write it as 21:30, or choose a part of the day.
error-report-zone = This time zone is not known ({ $field }).
error-report-zone-next = Choose one of the list, or “not known”.
error-report-country = “{ $code }” is not a country code ({ $field }).
error-report-country-next = Choose a country, or “not known”.
error-report-out-of-range = This number cannot be right ({ $field }).
error-report-out-of-range-next = Check the number.
error-report-too-long = This text is too long: { $length } characters, at most { $most } fit ({ $field }).
error-report-too-long-next = Shorten it, or add the rest as a file.
error-report-too-many = There are too many entries: { $count }, at most { $most } fit ({ $field }).
error-report-too-many-next = Take some out, or begin a second report.
error-report-too-large = The report is too large: { $size } bytes, at most { $most } fit.
error-report-too-large-next = Shorten the longest texts, or add them as a file.
error-report-control = This text has invisible characters in it ({ $field }).
error-report-control-next = Type it again, or paste it as plain text.
error-report-hash = This is not a SHA-256 ({ $field }).
error-report-hash-next = Attach the file again.
error-report-people = Names and contacts do not fit this report.
error-report-people-next = Ask the sender to send the report again.
error-date-form = This is not a date.
error-date-form-next = Write it as 2026-03-14, 2026-03 or 2026, or choose “not known”.
error-date-year = This year cannot be right.
error-date-year-next = Years from 1900 to 2199 are possible.
error-date-month = There is no such month.
error-date-month-next = Months go from 01 to 12.
error-date-day = The month has no such day.
error-date-day-next = Check the day, or give only the month.
error-date-unspecified = X can only stand for the last digits.
error-date-unspecified-next = Write it as 2026-08-1X, 2026-XX or 202X.
error-date-order = The end is before the beginning.
error-date-order-next = Change the two dates.
error-date-nothing = There is no date in it.
error-date-nothing-next = Give at least one of the two, or choose “not known”.

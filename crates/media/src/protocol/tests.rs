use super::*;

const PAGE: Request = Request {
    ask: Ask::Page(3),
    edge: 1600,
    length: 9,
};

#[test]
fn requests_come_back_as_they_were() {
    for ask in [Ask::Picture, Ask::Page(3), Ask::PageCount, Ask::Code] {
        let request = Request { ask, ..PAGE };
        assert_eq!(Request::parse(&request.to_bytes()), Some(request));
    }
}

#[test]
fn requests_out_of_bounds_are_not_understood() {
    for bad in [
        Request {
            ask: Ask::Page(0),
            ..PAGE
        },
        Request {
            edge: MIN_EDGE - 1,
            ..PAGE
        },
        Request {
            edge: MAX_EDGE + 1,
            ..PAGE
        },
        Request {
            length: MAX_INPUT + 1,
            ..PAGE
        },
    ] {
        assert_eq!(Request::parse(&bad.to_bytes()), None, "{bad:?}");
    }
    for at in 0..8 {
        let mut bytes = PAGE.to_bytes();
        bytes[at] ^= 0x80;
        assert_eq!(Request::parse(&bytes), None, "byte {at}");
    }
    // Only a page is counted; and there is no fifth thing to want.
    for (what, page, right) in [
        (0, 1, false),
        (2, 1, false),
        (3, 1, false),
        (3, 0, true),
        (4, 0, false),
    ] {
        let mut bytes = PAGE.to_bytes();
        (bytes[4], bytes[11]) = (what, page);
        assert_eq!(Request::parse(&bytes).is_some(), right, "{what} {page}");
    }
}

fn done(width: u32, height: u32, pages: u32) -> Answer {
    Answer {
        status: Status::Done,
        width,
        height,
        pages,
    }
}

fn taken(answer: Answer, ask: Ask) -> bool {
    Answer::parse(&answer.to_bytes(), &Request { ask, ..PAGE }) == Some(answer)
}

#[test]
fn a_code_is_answered_with_one_line_of_text_or_with_nothing() {
    assert!(taken(done(1, 1, 0), Ask::Code));
    assert!(taken(done(MAX_CODE, 1, 0), Ask::Code));
    assert!(!taken(done(0, 1, 0), Ask::Code), "no text");
    assert!(!taken(done(MAX_CODE + 1, 1, 0), Ask::Code), "too long");
    assert!(!taken(done(1, 0, 0), Ask::Code), "no line");
    assert!(!taken(done(1, 2, 0), Ask::Code), "two lines");
    assert!(!taken(done(1, 1, 1), Ask::Code), "a code has no pages");
    let nothing = Answer::refusal(Status::Nothing);
    assert!(taken(nothing, Ask::Code));
    for ask in [Ask::Picture, Ask::Page(3), Ask::PageCount] {
        assert!(!taken(nothing, ask), "there is always something to {ask:?}");
    }
    let talkative = Answer {
        height: 1,
        ..nothing
    };
    assert!(!taken(talkative, Ask::Code), "a refusal says nothing more");
    let mut bytes = nothing.to_bytes();
    bytes[4] += 1;
    let asked = Request {
        ask: Ask::Code,
        ..PAGE
    };
    assert_eq!(Answer::parse(&bytes, &asked), None, "no such status");
}

#[test]
fn so_much_follows_as_was_asked_for() {
    assert_eq!(done(3, 2, 0).content_bytes(Ask::Picture), 24);
    assert_eq!(done(3, 2, 3).content_bytes(Ask::Page(3)), 24);
    assert_eq!(done(0, 0, 3).content_bytes(Ask::PageCount), 0);
    assert_eq!(done(350, 1, 0).content_bytes(Ask::Code), 350);
    for ask in [Ask::Picture, Ask::Page(3), Ask::PageCount, Ask::Code] {
        assert_eq!(Answer::refusal(Status::Damaged).content_bytes(ask), 0);
    }
}

#[test]
fn answers_are_within_what_was_asked() {
    assert!(taken(done(1600, 1, 0), Ask::Picture));
    assert!(taken(done(1, 1600, 3), Ask::Page(3)));
    assert!(taken(done(0, 0, 1), Ask::PageCount));
    assert!(taken(Answer::refusal(Status::TooLarge), Ask::Picture));
    assert!(!taken(done(1601, 1, 0), Ask::Picture), "wider than asked");
    assert!(!taken(done(1, 0, 0), Ask::Picture), "nothing to show");
    assert!(
        !taken(done(1, 1, 1), Ask::Picture),
        "a picture has no pages"
    );
    assert!(
        !taken(done(1, 1, 2), Ask::Page(3)),
        "fewer pages than shown"
    );
    assert!(!taken(done(0, 0, 0), Ask::PageCount), "no page");
    assert!(
        !taken(done(1, 1, 1), Ask::PageCount),
        "pixels not asked for"
    );
    let talkative = Answer {
        width: 1,
        ..Answer::refusal(Status::Damaged)
    };
    assert!(
        !taken(talkative, Ask::Picture),
        "a refusal says nothing more"
    );
    for at in 0..8 {
        let mut bytes = done(1, 1, 0).to_bytes();
        bytes[at] ^= 0x80;
        let asked = Request {
            ask: Ask::Picture,
            ..PAGE
        };
        assert_eq!(Answer::parse(&bytes, &asked), None, "byte {at}");
    }
}

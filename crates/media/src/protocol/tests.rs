use super::*;

const PAGE: Request = Request {
    ask: Ask::Page(3),
    edge: 1600,
    length: 9,
};

#[test]
fn requests_come_back_as_they_were() {
    for ask in [Ask::Picture, Ask::Page(3), Ask::PageCount] {
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
}

#[test]
fn answers_are_within_what_was_asked() {
    let done = |width, height, pages| Answer {
        status: Status::Done,
        width,
        height,
        pages,
    };
    let taken = |answer: Answer, ask| {
        Answer::parse(&answer.to_bytes(), &Request { ask, ..PAGE }) == Some(answer)
    };
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

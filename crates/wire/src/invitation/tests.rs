//! The text block: how it is broken, how long it may be, and which other formats are told from nothing at all.

use super::*;
use crate::organisation::tests::founded;

fn text() -> Zeroizing<String> {
    let invitation = Invitation {
        credentials: founded().credentials(),
        token: Token::of_secret(TokenRole::Reporter, &[7; 32]),
        introduction: 3,
    };
    invitation.to_text()
}

// A block around this JSON, as it would be written.
fn around(json: &str) -> String {
    let letters = STANDARD.encode(json);
    format!(
        "{BEGIN}\n{letters}\n{END} {}-----\n",
        check(json.as_bytes())
    )
}

#[test]
fn lines_have_64_letters() {
    let text = text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.first(), Some(&BEGIN));
    let (last, letters) = lines[1..].split_last().unwrap();
    assert!(last.starts_with(END));
    let (short, full) = letters.split_last().unwrap();
    assert!(full.len() > 2 && full.iter().all(|line| line.len() == 64));
    assert!((1..=64).contains(&short.len()));
}

#[test]
fn nothing_longer_than_the_longest_is_looked_at() {
    let text = text();
    let filled = |to: usize| format!("{}{}", text.as_str(), " ".repeat(to - text.len()));
    assert!(Invitation::parse(&filled(MAX_TEXT)).is_ok());
    let refused = Invitation::parse(&filled(MAX_TEXT + 1)).map(drop);
    assert_eq!(refused, Err(InvitationError::Unreadable));
}

#[test]
fn a_newer_format_is_told_from_nothing_of_ours() {
    let of = |format: &str| {
        let json = format!("{{\"format\":\"{format}\"}}");
        Invitation::parse(&around(&json)).map(drop)
    };
    assert_eq!(of("chronicle/invitation/v2"), Err(InvitationError::Newer));
    for other in ["chronicle/invitation", "chronicle/root/v1", ""] {
        assert_eq!(of(other), Err(InvitationError::Unreadable), "{other}");
    }
    assert!(Invitation::parse(&text()).is_ok());
}

//! Parts under attack.

use super::*;

fn text(code: &RecoveryCode) -> String {
    code.words().join(" ")
}

fn read_back(share: &Share) -> Share {
    Share::parse(&share.line().unwrap()).unwrap()
}

#[test]
fn any_two_of_three_give_the_code_back() {
    for _ in 0..50 {
        let code = RecoveryCode::generate().unwrap();
        let shares = split(&code).unwrap().each_ref().map(read_back);
        for (one, other) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
            let joined = join(&shares[one], &shares[other]).unwrap();
            assert_eq!(text(&joined), text(&code));
        }
        for share in &shares {
            assert!(matches!(join(share, &read_back(share)), Err(Error::Same)));
        }
    }
}

// How far the values of one part are from uniform when it is always the same code: chi-square in standard deviations. Each
// value is told relative to the byte that it hides, so that an exclusion of one shows in one place.
fn deviation(
    number: usize,
    code: &RecoveryCode,
    mut splitting: impl FnMut() -> [Share; SHARES],
) -> f64 {
    const ROUNDS: u32 = 2400;
    let secret = secret_of(code).unwrap();
    let mut seen = [0u32; 256];
    for _ in 0..ROUNDS {
        let shares = splitting();
        let hidden = shares[number].values.iter().zip(secret.iter());
        hidden.for_each(|(v, s)| seen[usize::from(v ^ s)] += 1);
    }
    let expected = f64::from(ROUNDS) * SECRET as f64 / 256.0;
    let sum: f64 = seen
        .iter()
        .map(|&n| (f64::from(n) - expected).powi(2) / expected)
        .sum();
    (sum - 255.0) / (2.0f64 * 255.0).sqrt()
}

#[test]
fn one_part_says_nothing() {
    // Whatever the code is, each value of a part is as likely as any other.
    let code = RecoveryCode::generate().unwrap();
    for number in 0..SHARES {
        let far = deviation(number, &code, || split(&code).unwrap());
        assert!(far.abs() < 6.0, "{number}: {far}");
    }
}

#[test]
fn parts_that_say_something_are_caught() {
    let code = RecoveryCode::generate().unwrap();
    let secret = secret_of(&code).unwrap();
    // Coefficients that are never zero, the flaw that an older library had: no value is ever the byte that it hides.
    let biased = deviation(0, &code, || {
        let mut shares = split(&code).unwrap();
        let hidden = shares[0].values.iter_mut().zip(secret.iter());
        hidden
            .filter(|(value, byte)| value == byte)
            .for_each(|(value, _)| *value ^= 1);
        shares
    });
    assert!(biased > 6.0, "{biased}");
    let plain = deviation(0, &code, || {
        let mut shares = split(&code).unwrap();
        shares[0].values.copy_from_slice(secret.as_ref());
        shares
    });
    assert!(plain > 6.0, "{plain}");
}

#[test]
fn for_each_other_code_there_is_a_part_that_would_give_it() {
    // By construction: with one part in hand, no code is ruled out.
    let shares = split(&RecoveryCode::generate().unwrap()).unwrap();
    for _ in 0..20 {
        let other = RecoveryCode::generate().unwrap();
        let wanted = secret_of(&other).unwrap();
        let mut made = read_back(&shares[1]);
        // The line through the known value at 1 and the wanted one at 0, continued to 2.
        let points = shares[0].values.iter().zip(wanted.iter());
        for (value, (known, wanted)) in made.values.iter_mut().zip(points) {
            let slope = known ^ wanted;
            let doubled = (slope << 1) ^ if slope & 0x80 == 0 { 0 } else { 0x1d };
            *value = doubled ^ wanted;
        }
        assert_eq!(text(&join(&shares[0], &made).unwrap()), text(&other));
    }
}

#[test]
fn parts_of_two_sets_do_not_mix() {
    let code = RecoveryCode::generate().unwrap();
    let (first, second) = (split(&code).unwrap(), split(&code).unwrap());
    for (one, other) in [(0, 1), (1, 2), (2, 2)] {
        assert!(matches!(
            join(&first[one], &second[other]),
            Err(Error::Apart)
        ));
    }
    // Also one whose set was altered to fit gives no code.
    let mut found = 0;
    for _ in 0..500 {
        let mut forged = read_back(&split(&code).unwrap()[1]);
        forged.set = first[0].set;
        found += u32::from(join(&first[0], &forged).is_ok());
    }
    assert_eq!(found, 0);
}

#[test]
fn every_wrong_letter_and_every_flipped_bit_is_told() {
    let share = &split(&RecoveryCode::generate().unwrap()).unwrap()[0];
    let line = share.line().unwrap();
    assert_eq!(line.len(), 67);
    let mut tried = 0;
    for at in 0..line.len() {
        for bit in 0..7 {
            let mut bytes = line.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            // The other case of all letters is the same part; of one letter it is none.
            let flipped = String::from_utf8(bytes).unwrap();
            assert!(Share::parse(&flipped).is_err(), "{at} {bit}");
            tried += 1;
        }
        let cut = format!("{}{}", &line[..at], &line[at + 1..]);
        assert!(Share::parse(&cut).is_err(), "without letter {at}");
        let twice = format!("{}{}", &line[..=at], &line[at..]);
        assert!(Share::parse(&twice).is_err(), "letter {at} twice");
    }
    assert_eq!(tried, 469);
    assert!(Share::parse(&line.to_uppercase()).is_ok());
}

#[test]
fn a_part_is_found_in_what_surrounds_it_and_strangers_are_refused() {
    let share = &split(&RecoveryCode::generate().unwrap()).unwrap()[2];
    let line = share.line().unwrap();
    let found = Share::parse(&format!("Keep this.\r\n\r\n  {}\r\n", *line)).unwrap();
    assert_eq!((found.number(), found.set()), (3, share.set()));
    for bad in [
        "",
        "chronicle-share",
        "chronicle-share1",
        "age1qqqq",
        "Keep this.",
    ] {
        assert!(matches!(Share::parse(bad), Err(Error::Unreadable)), "{bad}");
    }
    let encode = |prefix: &str, bytes: &[u8]| {
        bech32::encode::<Bech32m>(Hrp::parse(prefix).unwrap(), bytes).unwrap()
    };
    let mut bytes = [7u8; 28];
    for (version, number, expected) in [
        (1, 0, "share-unreadable"),
        (1, 4, "share-unreadable"),
        (2, 1, "share-newer"),
        (0, 1, "share-unreadable"),
    ] {
        (bytes[0], bytes[5]) = (version, number);
        assert_eq!(
            Share::parse(&encode(PREFIX, &bytes)).err().unwrap().code(),
            expected
        );
    }
    (bytes[0], bytes[5]) = (1, 1);
    assert!(Share::parse(&encode(PREFIX, &bytes)).is_ok());
    assert!(Share::parse(&encode("chronicle-shares", &bytes)).is_err());
    assert!(Share::parse(&encode(PREFIX, &bytes[..27])).is_err());
    let old = bech32::encode::<bech32::Bech32>(Hrp::parse(PREFIX).unwrap(), &bytes).unwrap();
    assert!(Share::parse(&old).is_err(), "the checksum of BIP 173");
}

#[test]
fn the_published_parts_join() {
    // Computed apart from this code, in Python: f(x) = secret + 0x53 x in GF(2^8), set 01020304, numbers 1 and 3.
    let code = join(
        &Share::parse(VECTOR_1).unwrap(),
        &Share::parse(VECTOR_3).unwrap(),
    )
    .unwrap();
    assert_eq!(
        text(&code),
        "abacus abdomen abdominal abide abiding ability ablaze able abnormal abrasion tasty"
    );
}

const VECTOR_1: &str = "chronicle-share1qyqsyqcyq9f4x56j2dg4x5zn2af4v5642d29xk6ntfyh5maq7wy";
const VECTOR_3: &str = "chronicle-share1qyqsyqcyq06lta057hmltah4786lpa0n7he0tl04lnhaccgpfvj";

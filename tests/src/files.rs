//! Evidence for scenarios, made on the fly, and the one function by which files are compared.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;

/// Why two files are not the same, or `None`: byte by byte, from the first to the last.
#[must_use]
pub fn same_bytes(one: &Path, other: &Path) -> Option<String> {
    let open = |path: &Path| {
        BufReader::with_capacity(
            1 << 20,
            File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())),
        )
    };
    let sizes =
        [one, other].map(|path| std::fs::metadata(path).expect("both files are there").len());
    if sizes[0] != sizes[1] {
        return Some(format!("{} bytes and {} bytes", sizes[0], sizes[1]));
    }
    let (mut a, mut b) = (open(one), open(other));
    let (mut left, mut right) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    let (mut at, mut rest) = (0u64, sizes[0]);
    while rest > 0 {
        let step = usize::try_from(rest.min(1 << 20)).expect("at most 1 MiB");
        a.read_exact(&mut left[..step]).expect("readable");
        b.read_exact(&mut right[..step]).expect("readable");
        if let Some(i) = left[..step]
            .iter()
            .zip(&right[..step])
            .position(|(x, y)| x != y)
        {
            return Some(format!("byte {} differs", at + i as u64));
        }
        at += step as u64;
        rest -= step as u64;
    }
    None
}

/// Alters the byte at `at`.
pub fn flip_a_byte(path: &Path, at: u64) {
    let mut file = File::options()
        .read(true)
        .write(true)
        .open(path)
        .expect("the file opens");
    let mut byte = [0];
    file.seek(SeekFrom::Start(at))
        .and_then(|_| file.read_exact(&mut byte))
        .expect("the byte is read");
    file.seek(SeekFrom::Start(at))
        .and_then(|_| file.write_all(&[byte[0] ^ 1]))
        .expect("the byte is written");
}

/// A file of random bytes.
pub fn random_file(path: &Path, size: u64) {
    let mut out = File::create(path).expect("the file is made");
    let mut random = File::open("/dev/urandom").expect("random bytes").take(size);
    assert_eq!(
        std::io::copy(&mut random, &mut out).expect("room for it"),
        size
    );
}

/// A real photograph's format: a JPEG, drawn and encoded by ImageMagick.
pub fn jpeg(path: &Path) {
    crate::tool("convert", "imagemagick");
    let mut convert = Command::new("convert");
    convert
        .args(["-size", "640x480", "plasma:grey-khaki", "-quality", "82"])
        .arg(format!("jpeg:{}", path.display()));
    assert!(
        convert.status().expect("convert runs").success(),
        "no JPEG was made"
    );
}

/// A valid PDF of one page, with a table of its objects as the format asks for.
pub fn pdf(path: &Path) {
    let content = "BT /F1 18 Tf 72 720 Td (Protocol of seizure, page 1 of 1) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut text, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (number, object) in (1..).zip(&objects) {
        places.push(text.len());
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = text.len();
    text.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n",
        objects.len() + 1
    ));
    places
        .iter()
        .for_each(|place| text.push_str(&format!("{place:010} 00000 n \n")));
    text.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    ));
    std::fs::write(path, text).expect("the PDF is written");
}

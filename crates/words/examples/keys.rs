//! Writes the window's list of keys, `ui/src/lib/bindings/keys.ts`. `scripts/bindings.sh` calls it.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/bindings");
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join("keys.ts"),
        chronicle_words::keys_as_typescript(),
    )
}

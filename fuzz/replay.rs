//! Gives every input of the kept corpus to the checks of one room, without a fuzzer. Each room compiles this file for its
//! tests.

use std::path::Path;

/// A check by its name.
pub(crate) type Check = (&'static str, fn(&[u8]));

/// Every input in `fuzz/corpus/<name>` to the check of that name. A check without inputs, or that the fuzzer is not given,
/// is a failure.
pub(crate) fn all(checks: &[Check]) {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let fuzz = above
        .map(|folder| folder.join("fuzz"))
        .find(|f| f.join("corpus").is_dir());
    let fuzz = fuzz.expect("the kept corpus");
    for (name, check) in checks {
        assert!(
            fuzz.join(format!("targets/{name}.rs")).is_file(),
            "{name} is no target"
        );
        let mut inputs = 0;
        for item in std::fs::read_dir(fuzz.join("corpus").join(name)).expect("its folder") {
            let path = item.expect("its input").path();
            println!("{}", path.display());
            check(&std::fs::read(path).expect("readable"));
            inputs += 1;
        }
        assert!(inputs > 0, "nothing is kept for {name}");
    }
}

//! Reports without files, in memory, on one thread; beside them the `age` crate alone with as many recipients and bytes.

use super::age_crate::AgeCrate;
use super::sealer::{Report, Sealer};
use super::timed;
use crate::Run;
use chronicle_bundle::RecipientType;
use chronicle_tests::Measured;
use chronicle_wire::agehead;

pub fn measure(run: &Run, measured: &mut Measured, (of, name): (RecipientType, &str)) {
    let sealer = Sealer::new(of);
    let report = Report::new(None);
    let mut peer = AgeCrate::start(&run.data);
    let plain = plain_size(&seal(&sealer, &report));
    for number in 0..run.count {
        let (mut seals, mut opens) = ([0.0; 2], [0.0; 2]);
        for turn in 0..2 {
            let side = (number + turn) % 2;
            (seals[side], opens[side]) = if side == 0 {
                ours(run, &sealer, &report)
            } else {
                peer.work(of.name(), plain, COUNT)
            };
        }
        for (act, [ours, peer]) in [("seal", seals), ("open", opens)] {
            let [ours, peer] = [ours, peer].map(|seconds| seconds * 1000.0 / COUNT as f64);
            println!(
                "bundle: {act} 20 KiB, {name}: {ours:.3} ms, {:.0} a second; the age crate {peer:.3} ms",
                1000.0 / ours
            );
            measured.add(&format!("bundle: {act} 20 KiB, {name}"), ours, Some(peer));
        }
    }
}

// Seconds that all seals take, and all opens.
fn ours(run: &Run, sealer: &Sealer, report: &Report) -> (f64, f64) {
    let (mut seals, mut opens) = (0.0, 0.0);
    for _ in 0..COUNT {
        let (took, bundle) = timed(run.planted, || seal(sealer, report));
        seals += took;
        let (took, opened) = timed(run.planted, || {
            sealer.open(bundle.as_slice(), bundle.len() as u64, |_, _| Ok(()))
        });
        opens += took;
        for (kind, file, bytes) in report.parts() {
            assert_eq!(
                opened.part(kind),
                Some(bytes),
                "{file} is not what was sealed"
            );
        }
    }
    (seals, opens)
}

fn seal(sealer: &Sealer, report: &Report) -> Vec<u8> {
    let mut bundle = Vec::new();
    let _ = sealer.seal(report, None, &mut bundle);
    bundle
}

// What age sealed: without its header, the nonce behind that, and a tag for each piece of 64 KiB.
fn plain_size(bundle: &[u8]) -> usize {
    let header = agehead::check(bundle, &agehead::TYPES).unwrap();
    let sealed = bundle.len() - header - 16;
    sealed - 16 * sealed.div_ceil((1 << 16) + 16)
}

const COUNT: usize = 200;

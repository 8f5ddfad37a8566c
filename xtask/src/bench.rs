//! `cargo xtask bench`: measurements against named peers, side by side in one run, as ratios.

use anyhow::Result;

use crate::{build, compress, shell::step};

type Measurement = (&'static str, fn() -> Result<()>);

const MEASUREMENTS: [Measurement; 1] = [("first load", first_load)];

/// Runs all measurements, or those whose name contains `only`.
pub fn run(only: Option<&str>) -> Result<()> {
    for (name, measure) in MEASUREMENTS.iter().filter(|(name, _)| only.is_none_or(|word| name.contains(word)))
    {
        step(name);
        measure()?;
    }
    Ok(())
}

/// Brotli bytes of everything the first page loads.
fn first_load() -> Result<()> {
    let dist = build::site()?;
    let mut total = 0;
    for file in compress::files(&dist)? {
        let kind = file.extension().and_then(|ext| ext.to_str()).unwrap_or_default();
        if !["html", "js", "css", "wasm", "svg"].contains(&kind) {
            continue;
        }
        let packed = compress::brotli(&std::fs::read(&file)?)?.len();
        total += packed;
        println!("{packed:>9}  {}", file.strip_prefix(&dist).unwrap_or(&file).display());
    }
    println!("{total:>9}  bytes in all, brotli (bar: at most 300 KB)");
    Ok(())
}

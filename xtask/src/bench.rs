//! `cargo xtask bench`: measurements against named peers, side by side in one run, as ratios.
//!
//! Machines are noisy, so a figure alone says little: each peer runs in turn with ours, several rounds, and the median of
//! the ratios is what is held against the bar. Nothing here fails a test.

use std::{
    fs::File,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{
    build, compress,
    shell::{cargo, command, run as run_command, show, step, target},
    system,
};

type Measurement = (&'static str, fn() -> Result<()>);

const MEASUREMENTS: [Measurement; 4] = [
    ("dissection against tshark", dissection),
    ("TFTP against tftpd-hpa", tftp),
    ("simulated TCP", simulation),
    ("first load", first_load),
];

/// Rounds of each comparison.
const ROUNDS: usize = 5;

/// Runs all measurements, or those whose name contains `only`.
pub fn run(only: Option<&str>) -> Result<()> {
    system::need(&system::PEERS)?;
    for (name, measure) in MEASUREMENTS.iter().filter(|(name, _)| only.is_none_or(|word| name.contains(word)))
    {
        step(name);
        measure()?;
    }
    Ok(())
}

/// Frames dissected a second, whole process, both reading the same capture and printing every frame.
fn dissection() -> Result<()> {
    const FRAMES: u32 = 100_000;
    let firsthop = release_binary()?;
    let capture = target().join("bench.pcap");
    run_command(
        cargo()
            .args(["run", "--quiet", "--release", "--package", "firsthop", "--example", "make_capture"])
            .arg(&capture)
            .arg(FRAMES.to_string()),
    )?;
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let ours = timed(command(&firsthop).args(["dissect", "--json"]).arg(&capture))?;
        let theirs = timed(command("tshark").args(["-n", "-T", "json", "-r"]).arg(&capture))?;
        println!(
            "firsthop {:>9.0} frames/s   tshark {:>9.0} frames/s   (all fields as JSON)",
            rate(FRAMES, ours),
            rate(FRAMES, theirs)
        );
        ratios.push(theirs.as_secs_f64() / ours.as_secs_f64());
    }
    println!("median: {:.1} x tshark (bar: 20 x)", median(&mut ratios));
    Ok(())
}

/// Whole-process time of a command, what it prints thrown away.
fn timed(command: &mut Command) -> Result<Duration> {
    let shown = show(command);
    let null = File::options().write(true).open("/dev/null")?;
    let begun = Instant::now();
    let status = command
        .stdout(null)
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let took = begun.elapsed();
    ensure!(status.success(), "`{shown}` ended with {status}");
    Ok(took)
}

fn rate(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}

/// The middle value.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Throughput of our TFTP server beside tftpd-hpa's, fetched by the same client.
fn tftp() -> Result<()> {
    example("tftp_bench")
}

/// Segments a second that two simulated hosts exchange.
fn simulation() -> Result<()> {
    example("sim_bench")
}

fn example(name: &str) -> Result<()> {
    run_command(cargo().args(["run", "--quiet", "--release", "--package", "firsthop", "--example", name]))
}

fn release_binary() -> Result<std::path::PathBuf> {
    run_command(cargo().args(["build", "--release", "--package", "firsthop"]))?;
    Ok(target().join("release/firsthop"))
}

/// Brotli bytes of everything the first page loads, which is what it names; then of what the other pages add.
fn first_load() -> Result<()> {
    const KINDS: [&str; 4] = ["js", "css", "wasm", "svg"];
    let dist = build::site()?;
    let page = std::fs::read_to_string(dist.join("index.html"))?;
    let (mut first, mut later) = (compress::brotli(page.as_bytes())?.len(), 0);
    println!("{first:>9}  index.html");
    for file in compress::files(&dist)? {
        if !KINDS.iter().any(|kind| file.extension().is_some_and(|found| found == *kind)) {
            continue;
        }
        let name = file.strip_prefix(&dist).unwrap_or(&file).display().to_string();
        let packed = compress::brotli(&std::fs::read(&file)?)?.len();
        let named = page.contains(&format!("/{name}"));
        *(if named { &mut first } else { &mut later }) += packed;
        println!("{packed:>9}  {name}{}", if named { "" } else { "   (only when a page needs it)" });
    }
    println!(
        "{first:>9}  bytes in all, brotli (bar: at most 300,000); {later} more for the pages with packets"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn median_of_an_odd_number_is_the_middle_one() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
    }
}

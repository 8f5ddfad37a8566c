//! `cargo xtask test`: every check and test, in an order that fails early and cheaply.
//!
//! A step that fails does not stop the others. The last line counts: each test of a test run, and each other step as one.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail};

use crate::{
    build,
    shell::{cargo, on_path, show, step},
    system, tools,
};

/// How many tests passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Count {
    const PASSED: Self = Self { passed: 1, failed: 0, ignored: 0 };
    const FAILED: Self = Self { passed: 0, failed: 1, ignored: 0 };

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

type Step = (&'static str, fn() -> Result<Count>);

const STEPS: [Step; 10] = [
    ("format", format),
    ("programs to compare with", oracles),
    ("lint", lint),
    ("lint of the app for WebAssembly", lint_wasm),
    ("unit, integration and property tests", native_tests),
    ("documentation tests", doc_tests),
    ("tests in WebAssembly", wasm_tests),
    ("fuzz targets compile", fuzz),
    ("the site builds", site),
    ("tests in the browser", browser),
];

/// Runs all steps, or those whose name contains `only`.
pub fn run(only: Option<&str>) -> Result<()> {
    let mut total = Count::default();
    let mut broken = Vec::new();
    let chosen: Vec<_> =
        STEPS.iter().filter(|(name, _)| only.is_none_or(|word| name.contains(word))).collect();
    if chosen.is_empty() {
        let names: Vec<_> = STEPS.iter().map(|(name, _)| *name).collect();
        bail!("no step's name contains that; the steps are: {}", names.join("; "));
    }
    for (name, run) in chosen {
        step(name);
        let begun = Instant::now();
        let count = run().unwrap_or_else(|error| {
            eprintln!("    {error:#}");
            Count::FAILED
        });
        eprintln!(
            "    {name}: {} passed, {} failed ({:.0} s)",
            count.passed,
            count.failed,
            begun.elapsed().as_secs_f32()
        );
        if count.failed > 0 {
            broken.push(*name);
        }
        total.add(count);
    }
    if !broken.is_empty() {
        eprintln!("\nFailed: {}", broken.join("; "));
    }
    if total.ignored > 0 {
        eprintln!("\n{} tests are marked `ignore` and did not run", total.ignored);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("not everything passed");
    }
    Ok(())
}

/// A step that is one check.
fn check(command: &mut Command) -> Result<Count> {
    crate::shell::run(command).map(|()| Count::PASSED)
}

fn format() -> Result<Count> {
    check(cargo().args(["fmt", "--all", "--check"]))
}

fn oracles() -> Result<Count> {
    system::need(&system::ORACLES)?;
    // The last step's, too: whoever lacks them is told now, and not after half an hour.
    system::need(&system::BROWSER)?;
    axe().map(|_| Count::PASSED)
}

fn lint() -> Result<Count> {
    check(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

fn lint_wasm() -> Result<Count> {
    tools::wasm_test_runner()?;
    check(
        cargo()
            .args(["clippy", "--quiet", "--package", "firsthop-app", "--target", "wasm32-unknown-unknown"])
            .args(["--", "--deny", "warnings"]),
    )
}

fn native_tests() -> Result<Count> {
    let firsthop = build::debug()?;
    count(
        cargo()
            .args(["test", "--workspace", "--exclude", "firsthop-e2e", "--all-targets", "--no-fail-fast"])
            .env("FIRSTHOP_BIN", firsthop),
    )
}

fn doc_tests() -> Result<Count> {
    count(cargo().args(["test", "--workspace", "--doc", "--no-fail-fast"]))
}

fn wasm_tests() -> Result<Count> {
    let runner = tools::wasm_test_runner()?;
    count(
        cargo()
            .args(["test", "--package", "firsthop-protocol", "--test", "wasm_*"])
            .args(["--target", "wasm32-unknown-unknown"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner),
    )
}

fn fuzz() -> Result<Count> {
    check(
        cargo()
            .args(["check", "--quiet", "--manifest-path", "fuzz/Cargo.toml"])
            .env("CARGO_TARGET_DIR", crate::shell::target().join("fuzz")),
    )
}

fn site() -> Result<Count> {
    build::site().map(|_| Count::PASSED)
}

fn browser() -> Result<Count> {
    system::need(&system::BROWSER)?;
    let axe = axe()?;
    let chromedriver = on_path("chromedriver").context("chromedriver is not on PATH")?;
    let dist = build::site()?;
    let below = crate::shell::target().join("static-site");
    build::static_site("/course/", &below)?;
    let firsthop = build::debug()?;
    count(
        cargo()
            .args(["test", "--package", "firsthop-e2e", "--no-fail-fast"])
            .env("FIRSTHOP_BIN", firsthop)
            .env("FIRSTHOP_DIST", dist)
            .env("FIRSTHOP_STATIC_SITE", below)
            .env("FIRSTHOP_AXE", axe)
            .env("FIRSTHOP_CHROMEDRIVER", chromedriver),
    )
}

/// axe-core, which checks accessibility; where there is no npm to get it with, that is got first.
fn axe() -> Result<PathBuf> {
    if let Some(axe) = tools::axe() {
        return Ok(axe);
    }
    system::need(&system::NODE)?;
    tools::axe().context("axe-core did not come from npm")
}

/// Runs a test command, shows its output and adds up its `test result:` lines.
fn count(command: &mut Command) -> Result<Count> {
    let shown = show(command);
    eprintln!("    $ {shown}");
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{shown}`"))?;
    let output = child.stdout.take().context("no standard output to read")?;
    let reader = thread::spawn(move || {
        let mut total = Count::default();
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // A closed terminal is no reason to lose the count.
            writeln!(std::io::stdout(), "{line}").ok();
            if let Some(count) = result_line(&line) {
                total.add(count);
            }
        }
        total
    });
    let status = child.wait()?;
    let mut total = reader.join().unwrap_or(Count::FAILED);
    if !status.success() && total.failed == 0 {
        eprintln!("    `{shown}` ended with {status}, though no test says that it failed");
        total.failed = 1;
    }
    if total.passed + total.failed == 0 {
        bail!("`{shown}` ran no test at all");
    }
    Ok(total)
}

/// `test result: ok. 3 passed; 0 failed; 0 ignored; …`
fn result_line(line: &str) -> Option<Count> {
    let rest = line.trim_start().strip_prefix("test result: ")?;
    let number = |word: &str| {
        rest.split([';', '.']).find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok())
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
        ignored: number("ignored").unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_line_that_cargo_test_ends_with() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.1s";
        assert_eq!(result_line(line), Some(Count { passed: 12, failed: 3, ignored: 1 }));
        assert_eq!(result_line("test tcp::handshake ... ok"), None);
    }
}

//! The tools a build needs that are no crates: the wasm target, Trunk, the wasm-bindgen CLI, wasm-opt.
//!
//! Each is taken from PATH when it is of the right version, else from `target/tools`, else installed there once.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell::{cargo, command, on_path, output, root, run, step, target};

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132.0.0";
const AXE: &str = "4.14.1";

/// Where tools are installed.
fn folder() -> PathBuf {
    target().join("tools")
}

/// The tools of a site build, and the PATH that finds them.
pub struct Tools {
    pub trunk: PathBuf,
    pub wasm_bindgen: PathBuf,
    /// Missing where there is no node: the site is then a little larger.
    pub wasm_opt: Option<PathBuf>,
}

impl Tools {
    /// Gets whatever is missing.
    pub fn get() -> Result<Self> {
        wasm_target()?;
        Ok(Self { trunk: trunk()?, wasm_bindgen: wasm_bindgen()?, wasm_opt: wasm_opt() })
    }

    /// PATH with the tools' folders first, as Trunk looks there for wasm-bindgen.
    pub fn path(&self) -> Result<std::ffi::OsString> {
        let old = std::env::var_os("PATH").unwrap_or_default();
        let folders = [&self.trunk, &self.wasm_bindgen].into_iter().filter_map(|tool| tool.parent());
        std::env::join_paths(folders.map(Path::to_path_buf).chain(std::env::split_paths(&old)))
            .context("PATH cannot be put together")
    }
}

/// Prints where each tool is, getting it first if need be.
pub fn print_all() -> Result<()> {
    let tools = Tools::get()?;
    println!("trunk         {}", tools.trunk.display());
    println!("wasm-bindgen  {}", tools.wasm_bindgen.display());
    match tools.wasm_opt {
        Some(file) => println!("wasm-opt      {}", file.display()),
        None => println!("wasm-opt      not here (needs node and npm)"),
    }
    Ok(())
}

/// Adds the standard library for wasm to the toolchain.
fn wasm_target() -> Result<()> {
    const NAME: &str = "wasm32-unknown-unknown";
    let installed = output(command("rustc").args(["--print", "target-libdir", "--target", NAME]))
        .is_some_and(|folder| Path::new(folder.trim()).is_dir());
    if installed {
        return Ok(());
    }
    step("Adding the WebAssembly target to the Rust toolchain (some 20 MB)");
    run(command("rustup").args(["target", "add", NAME]))
        .context("the app needs the wasm32-unknown-unknown target; without rustup, get it from where your Rust came from")
}

fn trunk() -> Result<PathBuf> {
    install("trunk", "trunk", TRUNK, &["--no-default-features", "--features", "rustls"])
}

fn wasm_bindgen() -> Result<PathBuf> {
    let version = locked_version("wasm-bindgen")?;
    install("wasm-bindgen", "wasm-bindgen-cli", &version, &[])
}

/// The runner of wasm tests; it is installed together with the wasm-bindgen CLI.
pub fn wasm_test_runner() -> Result<PathBuf> {
    wasm_target()?;
    let runner = wasm_bindgen()?.with_file_name("wasm-bindgen-test-runner");
    if !runner.is_file() {
        bail!("{} is missing beside wasm-bindgen; remove target/tools and try again", runner.display());
    }
    Ok(runner)
}

/// A cargo-installed program of exactly this version.
fn install(program: &str, package: &str, version: &str, features: &[&str]) -> Result<PathBuf> {
    let local = folder().join("bin").join(program);
    let right = |file: &Path| {
        output(command(file).arg("--version"))
            .is_some_and(|said| said.split_whitespace().any(|word| word == version))
    };
    if let Some(found) = on_path(program).into_iter().chain([local.clone()]).find(|file| right(file)) {
        return Ok(found);
    }
    step(&format!("Installing {package} {version} into target/tools (once; a few minutes)"));
    run(cargo()
        .args(["install", "--locked", "--debug", "--root"])
        .arg(folder())
        .args(features)
        .arg(format!("{package}@{version}"))
        // Its build must not land among the project's own, nor be thrown away half-way when interrupted.
        .env("CARGO_TARGET_DIR", target().join("tools-build")))?;
    // The objects are of no use once the program is there, and they are large.
    std::fs::remove_dir_all(target().join("tools-build")).ok();
    if !right(&local) {
        bail!("{} was installed but does not say it is version {version}", local.display());
    }
    Ok(local)
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let file = root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = format!("name = \"{package}\"");
    lock.lines()
        .skip_while(|line| *line != name)
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock names no {package}"))
}

/// wasm-opt from PATH or from the npm package `binaryen`; `None` with a word about it where neither is to be had.
fn wasm_opt() -> Option<PathBuf> {
    on_path("wasm-opt").or_else(|| {
        let got = npm_package("binaryen", BINARYEN, "bin/wasm-opt");
        if got.is_none() {
            eprintln!(
                "    wasm-opt is not here and node or npm is missing: the app works, but is some 15 % larger."
            );
        }
        got
    })
}

/// The script of axe-core, the accessibility checker that the browser tests inject into every page.
pub fn axe() -> Option<PathBuf> {
    npm_package("axe-core", AXE, "axe.min.js")
}

/// A file of an npm package, installed into `target/tools` if it is not there.
fn npm_package(package: &str, version: &str, file: &str) -> Option<PathBuf> {
    let prefix = folder().join(format!("{package}-{version}"));
    let wanted = prefix.join("node_modules").join(package).join(file);
    if wanted.is_file() {
        return Some(wanted);
    }
    on_path("node")?;
    let npm = on_path("npm")?;
    step(&format!("Getting {package} {version} from npm into target/tools (once)"));
    std::fs::create_dir_all(&prefix).ok()?;
    let install = run(command(npm)
        .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error", "--prefix"])
        .arg(&prefix)
        .arg(format!("{package}@{version}")));
    if let Err(error) = install {
        eprintln!("    {error:#}");
    }
    wanted.is_file().then_some(wanted)
}

//! Building the site and the server.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    compress,
    shell::{cargo, command, root, run, step, target},
    stamp,
    tools::Tools,
};

/// What the site is made of.
const SITE: [&str; 9] = [
    "Cargo.toml",
    "rust-toolchain.toml",
    "frontend",
    "shared/src",
    "shared/scenarios",
    "shared/Cargo.toml",
    "index.html",
    "Trunk.toml",
    "Cargo.lock",
];

/// What rustc's default WebAssembly uses and every current browser has. wasm-opt must not be allowed more: it would
/// write proposals that browsers do not know yet.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds the site into `dist/`, optimised and precompressed, unless nothing has changed.
pub fn site() -> Result<PathBuf> {
    let dist = root().join("dist");
    let tools = Tools::get()?;
    let fingerprint = stamp::fingerprint(&SITE, &settings(&tools))?;
    if stamp::is_current("site", &fingerprint, &dist)? {
        return Ok(dist);
    }
    step("Building the browser app (WebAssembly; the first time takes a few minutes)");
    trunk(&tools, "/", &dist)?;
    shrink(&tools, &dist)?;
    step("Compressing the site (brotli, gzip)");
    compress::folder(&dist)?;
    stamp::set("site", &fingerprint, &dist)?;
    Ok(dist)
}

/// Makes the WebAssembly smaller, where wasm-opt is there.
fn shrink(tools: &Tools, dist: &Path) -> Result<()> {
    let Some(wasm_opt) = &tools.wasm_opt else { return Ok(()) };
    step("Making the WebAssembly smaller (wasm-opt)");
    for file in compress::files(dist)?.iter().filter(|file| file.extension().is_some_and(|ext| ext == "wasm"))
    {
        let smaller = file.with_extension("wasm.opt");
        run(command(wasm_opt).arg("-Oz").args(WASM_FEATURES).arg("-o").arg(&smaller).arg(file))?;
        fs::rename(&smaller, file)?;
    }
    Ok(())
}

/// What the site comes from besides its files: the other settings of a build of it.
fn settings(tools: &Tools) -> String {
    format!("{WASM_FEATURES:?} {}", tools.wasm_opt.is_some())
}

/// Builds the site once more, for a host that only serves files and has it below the path `public_url`.
pub fn static_site(public_url: &str, dist: &Path) -> Result<()> {
    let tools = Tools::get()?;
    let fingerprint =
        stamp::fingerprint(&SITE, &format!("{public_url} {} {}", dist.display(), settings(&tools)))?;
    if stamp::is_current("static-site", &fingerprint, dist)? {
        return Ok(());
    }
    step(&format!("Building the browser app to stand below {public_url}"));
    trunk(&tools, public_url, dist)?;
    shrink(&tools, dist)?;
    // Such a host finds a page only where there is a file.
    let page = dist.join("index.html");
    for name in PAGES {
        fs::create_dir_all(dist.join(name))?;
        fs::copy(&page, dist.join(name).join("index.html"))?;
    }
    fs::copy(&page, dist.join("404.html"))?;
    stamp::set("static-site", &fingerprint, dist)
}

/// What `frontend/src/routes.rs` has, besides the first page.
const PAGES: [&str; 5] = ["subnet", "packets", "tcp", "network", "labs"];

fn trunk(tools: &Tools, public_url: &str, dist: &Path) -> Result<()> {
    run(command(&tools.trunk)
        .args(["build", "--release", "--offline", "--cargo-profile", "wasm-release"])
        .args(["--public-url", public_url, "--dist"])
        .arg(dist)
        .env("PATH", tools.path()?)
        // Trunk takes NO_COLOR=1 for a malformed flag.
        .env_remove("NO_COLOR"))
}

/// Builds the release binary with the site inside.
pub fn release() -> Result<PathBuf> {
    site()?;
    step("Building the server (release)");
    run(cargo().args(["build", "--release", "--package", "firsthop"]))?;
    let binary = target().join("release/firsthop");
    let size =
        fs::metadata(&binary).with_context(|| format!("no {} after the build", binary.display()))?.len();
    eprintln!("    {} ({:.1} MB, the whole site inside)", binary.display(), size as f64 / 1e6);
    Ok(binary)
}

/// Builds the server for tests and development; it reads the site from `dist/` when it runs.
pub fn debug() -> Result<PathBuf> {
    step("Building the server (development)");
    run(cargo().args(["build", "--package", "firsthop"]))?;
    Ok(target().join("debug/firsthop"))
}

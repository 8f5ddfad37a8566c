//! Makes sure that the folder of the site exists, so that the server builds before the site does.

use std::{env, fs, path::Path};

fn main() {
    let Some(manifest) = env::var_os("CARGO_MANIFEST_DIR") else { return };
    let dist = Path::new(&manifest).join("../dist");
    // Where it cannot be made (a read-only checkout), the build goes on: rust-embed is told that it may be missing.
    fs::create_dir_all(&dist).ok();
    // Hashed names come and go: the folder itself is watched, so that the names are read again.
    println!("cargo:rerun-if-changed={}", dist.display());
}

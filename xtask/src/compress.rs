//! Leaves `.br` and `.gz` beside each file of the site that shrinks, so that the server never compresses anything.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};

const COMPRESSIBLE: [&str; 9] = ["html", "js", "css", "wasm", "svg", "json", "jsonl", "webmanifest", "txt"];

/// Compresses every file below `folder` whose kind compresses well.
pub fn folder(folder: &Path) -> Result<()> {
    for file in files(folder)? {
        let kind = file.extension().and_then(|ext| ext.to_str()).unwrap_or_default();
        if COMPRESSIBLE.contains(&kind) {
            let bytes = fs::read(&file)?;
            write_if_smaller(&file, "br", &brotli(&bytes)?, bytes.len())?;
            write_if_smaller(&file, "gz", &gzip(&bytes)?, bytes.len())?;
        }
    }
    Ok(())
}

/// Every file below `folder`.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn write_if_smaller(file: &Path, suffix: &str, packed: &[u8], size: usize) -> Result<()> {
    if packed.len() < size {
        let mut name = file.as_os_str().to_owned();
        name.push(".");
        name.push(suffix);
        fs::write(name, packed)?;
    }
    Ok(())
}

/// Brotli at its best quality.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

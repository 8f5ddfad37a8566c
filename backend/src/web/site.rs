//! The files of the site: built into the binary, or from a folder.
//!
//! A file has a compressed form when the build left one beside it (`app.wasm.br`, `app.wasm.gz`); nothing is compressed
//! while it is served.

use std::{
    borrow::Cow,
    fs,
    path::{Component, Path, PathBuf},
};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::negotiate::Coding;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../dist"]
#[allow_missing = true]
struct BuiltIn;

/// The files of the site.
#[derive(Debug, Clone)]
pub struct Site {
    folder: Option<PathBuf>,
}

/// A file in one of its forms.
#[derive(Debug)]
pub struct Asset {
    /// Its bytes in that form.
    pub bytes: Cow<'static, [u8]>,
    /// The form.
    pub coding: Coding,
    /// A strong validator: the form's own hash, RFC 9110 §8.8.3.
    pub etag: String,
}

impl Site {
    /// The site in `folder`, or the one built in.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// Whether there is a first page to serve.
    pub fn is_there(&self) -> bool {
        self.read("index.html").is_some()
    }

    /// The file at `path` (no slash in front) in the first of the forms that exists.
    pub fn get(&self, path: &str, forms: &[Coding]) -> Option<Asset> {
        // Forms of a file are not files of their own.
        if path.ends_with(".br") || path.ends_with(".gz") {
            return None;
        }
        forms.iter().find_map(|coding| {
            let (bytes, hash) = self.read(&format!("{path}{}", coding.suffix()))?;
            let hash: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            Some(Asset { bytes, coding: *coding, etag: format!("\"{hash}\"") })
        })
    }

    /// The file's bytes and their SHA-256.
    fn read(&self, path: &str) -> Option<(Cow<'static, [u8]>, [u8; 32])> {
        let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || path.is_empty() {
            return None;
        }
        let Some(folder) = &self.folder else {
            return BuiltIn::get(path).map(|file| (file.data, file.metadata.sha256_hash()));
        };
        // A link must not lead out of the folder.
        let file = folder.join(path).canonicalize().ok()?;
        if !file.starts_with(folder.canonicalize().ok()?) || !file.is_file() {
            return None;
        }
        let bytes = fs::read(file).ok()?;
        let hash = Sha256::digest(&bytes).into();
        Some((Cow::Owned(bytes), hash))
    }
}

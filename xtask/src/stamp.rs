//! Was a step's input changed since it last ran? Files are compared by path, size and time of change.
//!
//! Not for: what cargo builds, which it knows best itself. This is for Trunk, which has no such check.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::Path,
};

use anyhow::Result;

use crate::shell::{root, target};

/// A fingerprint of files and folders, given relative to the root of the checkout.
pub fn fingerprint(inputs: &[&str], settings: &str) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    settings.hash(&mut hasher);
    for input in inputs {
        visit(&root().join(input), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn visit(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let Ok(meta) = fs::metadata(path) else { return Ok(()) };
    path.hash(hasher);
    if meta.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            visit(&entry.path(), hasher)?;
        }
    } else {
        meta.len().hash(hasher);
        meta.modified()?.hash(hasher);
    }
    Ok(())
}

/// Whether the step `name` last succeeded with this fingerprint.
pub fn is_current(name: &str, fingerprint: &str) -> bool {
    fs::read_to_string(target().join(format!("{name}.stamp"))).is_ok_and(|old| old == fingerprint)
}

/// Remembers that the step succeeded with this fingerprint.
pub fn set(name: &str, fingerprint: &str) -> Result<()> {
    fs::create_dir_all(target())?;
    Ok(fs::write(target().join(format!("{name}.stamp")), fingerprint)?)
}

//! Was a step's input changed since it last ran? Files are compared by path, size and time of change.
//!
//! Not for: what cargo builds, which it knows best itself. This is for Trunk, which has no such check.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
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

/// Whether the step `name` last succeeded with this fingerprint, and what it made is still as it left it: Trunk by itself
/// writes to the same folder.
pub fn is_current(name: &str, fingerprint: &str, made: &Path) -> Result<bool> {
    let now = format!("{fingerprint} {}", made_now(made)?);
    Ok(made.join("index.html").is_file() && fs::read_to_string(path(name)).is_ok_and(|old| old == now))
}

/// Remembers that the step succeeded with this fingerprint.
pub fn set(name: &str, fingerprint: &str, made: &Path) -> Result<()> {
    fs::create_dir_all(target())?;
    Ok(fs::write(path(name), format!("{fingerprint} {}", made_now(made)?))?)
}

fn made_now(made: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    visit(made, &mut hasher)?;
    Ok(format!("{:016x}", hasher.finish()))
}

fn path(name: &str) -> PathBuf {
    target().join(format!("{name}.stamp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_wrote_is_not_current() -> Result<()> {
        let made = std::env::temp_dir().join(format!("firsthop-stamp-{}", std::process::id()));
        fs::create_dir_all(&made)?;
        let name = format!("test-{}", std::process::id());
        fs::write(made.join("index.html"), "ours")?;
        set(&name, "inputs", &made)?;
        assert!(is_current(&name, "inputs", &made)?);
        assert!(!is_current(&name, "other inputs", &made)?);
        fs::write(made.join("index.html"), "another's")?;
        assert!(!is_current(&name, "inputs", &made)?);
        fs::remove_file(path(&name))?;
        Ok(fs::remove_dir_all(made)?)
    }
}

//! Every text that the server says has a Chinese translation in the app's catalogue.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics is a test that fails")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The catalogue is the app's, and neither side may import the other: it is read as a file.
const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend/src/i18n/zh/labs.rs");

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The string literals of a text that look like identifiers of this server's texts.
fn identifiers(text: &str) -> BTreeSet<String> {
    text.split('"')
        .filter(|word| {
            ["lab.", "run.", "session.", "capture."].iter().any(|start| word.starts_with(start))
                && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'.' | b'-'))
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_text_of_the_server_is_translated_and_no_translation_is_left_over() {
    let said: BTreeSet<String> = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")))
        .iter()
        .flat_map(|path| identifiers(&fs::read_to_string(path).unwrap()))
        .collect();
    assert!(said.contains("lab.time-wait") && said.contains("run.too-many"), "{said:?}");
    assert_eq!(identifiers(&fs::read_to_string(CATALOGUE).unwrap()), said);
}

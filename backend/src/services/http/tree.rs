//! The files that HTTP serves: a folder's, or those built in.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    time::{Duration, UNIX_EPOCH},
};

use firsthop_protocol::http::files::{File as Entry, Found, Tree};

use crate::services::{files::BUILT_IN, tftp};

/// A read-only tree of files.
#[derive(Debug)]
pub enum HttpTree {
    /// The small one of this program.
    BuiltIn,
    /// A folder, and what is below it.
    Folder(tftp::Tree),
}

/// A file that is being sent.
#[derive(Debug)]
pub enum Content {
    /// In this program.
    Bytes(&'static [u8]),
    /// On the disk, open.
    File(File),
}

impl Content {
    /// Up to `most` bytes from `at` on; none at the end.
    ///
    /// # Errors
    /// The disk's.
    pub fn read(&self, at: u64, most: usize) -> io::Result<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => {
                let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
                Ok(rest.iter().copied().take(most).collect())
            }
            Self::File(file) => {
                let mut piece = vec![0; most];
                let length = file.read_at(&mut piece, at)?;
                piece.truncate(length);
                Ok(piece)
            }
        }
    }
}

impl Tree for HttpTree {
    type Handle = Content;

    fn find(&self, names: &[String]) -> Found<Content> {
        match self {
            Self::BuiltIn => {
                let path = names.join("/");
                if path.is_empty() {
                    return Found::Folder;
                }
                let file = BUILT_IN.iter().find(|(name, _)| *name == path);
                file.map_or(Found::Nothing, |(name, bytes)| {
                    Found::File(entry(name, Content::Bytes(bytes), bytes.len() as u64, None))
                })
            }
            // What may not be read is not said to be there.
            Self::Folder(tree) => in_folder(tree, names).unwrap_or(Found::Nothing),
        }
    }
}

fn in_folder(tree: &tftp::Tree, names: &[String]) -> io::Result<Found<Content>> {
    let file = tree.open_file(names)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Ok(Found::Folder);
    }
    if !metadata.is_file() {
        return Ok(Found::Nothing);
    }
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let name = names.last().map_or("", String::as_str);
    Ok(Found::File(entry(name, Content::File(file), metadata.len(), modified)))
}

fn entry(name: &str, handle: Content, length: u64, modified: Option<Duration>) -> Entry<Content> {
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let text = mime.type_() == "text" || matches!(mime.subtype().as_str(), "javascript" | "json");
    let content_type = if text { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    // To the nanosecond, for a file may change twice in a second and keep its length.
    let tag = format!("{:x}-{length:x}", modified.map_or(0, |since| since.as_nanos()));
    Entry { handle, length, modified: modified.map(|since| since.as_secs()), tag, content_type }
}

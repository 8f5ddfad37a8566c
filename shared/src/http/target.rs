//! A request's target as a path in a tree of files.

use thiserror::Error;

/// Why a target is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TargetError {
    /// Neither `/path` nor `http://host/path`.
    #[error("the target is neither a path that begins with / nor an http URI (RFC 9112 §3.2)")]
    Form,
    /// `%` without two hexadecimal digits.
    #[error("a % that two hexadecimal digits do not follow (RFC 3986 §2.1)")]
    Percent,
    /// What is meant is no UTF-8.
    #[error("the path is not UTF-8")]
    Utf8,
    /// A name with a slash or a zero byte in it, which no file has.
    #[error("a name in the path has a character that no file name has")]
    Name,
}

/// A path: names from the root, none of them `.` or `..`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The names, decoded.
    pub names: Vec<String>,
    /// Whether it ends with a slash, as a folder's does.
    pub folder: bool,
    /// What stands behind the `?`.
    pub query: Option<String>,
}

impl Target {
    /// Reads a target. `..` at the root stays at the root (RFC 3986 §5.2.4), so that no path leads out of the tree, be it
    /// percent-encoded or not.
    ///
    /// # Errors
    /// When it is no path.
    pub fn parse(target: &str) -> Result<Self, TargetError> {
        let path = if target.starts_with('/') {
            target
        } else {
            // RFC 9112 §3.2.2: a server must take the absolute form, too.
            let scheme = target.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("http://"));
            let rest = scheme.and(target.get(7..)).ok_or(TargetError::Form)?;
            // The authority ends with the first of these (RFC 3986 §3.2); without a path it is the root's.
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            match rest.get(end..) {
                Some(path) if path.starts_with('/') => path,
                _ => "/",
            }
        };
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (path, None),
        };
        let mut names: Vec<String> = Vec::new();
        let mut folder = true;
        for part in path.split('/') {
            let name = decode(part)?;
            folder = true;
            match name.as_str() {
                "" | "." => {}
                ".." => drop(names.pop()),
                _ => {
                    names.push(name);
                    folder = false;
                }
            }
        }
        Ok(Self { names, folder, query })
    }
}

fn decode(part: &str) -> Result<String, TargetError> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, tail) = tail.split_at_checked(2).ok_or(TargetError::Percent)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(TargetError::Percent);
        }
        let digits = std::str::from_utf8(digits).map_err(|_| TargetError::Percent)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| TargetError::Percent)?);
        rest = tail;
    }
    if bytes.iter().any(|byte| matches!(byte, 0 | b'/')) {
        return Err(TargetError::Name);
    }
    String::from_utf8(bytes).map_err(|_| TargetError::Utf8)
}

//! A host that only serves files, below a path: as plain as hosts for static sites are.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    thread,
};

use anyhow::Result;

use crate::Setup;

/// The path that the site was built for.
const BELOW: &str = "/course/";

/// A running host. It ends with the test's process.
#[derive(Debug)]
pub struct StaticHost {
    url: String,
}

impl StaticHost {
    /// Serves the site that was built for this, on a port of its own.
    ///
    /// # Errors
    /// When no port is to be had.
    pub fn start(setup: &Setup) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}{BELOW}", listener.local_addr()?);
        let folder = setup.static_site.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let folder = folder.clone();
                // A browser that goes away in the middle is no matter here.
                thread::spawn(move || answer(&folder, stream).ok());
            }
        });
        Ok(Self { url })
    }

    /// Where the site is, with a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }
}

fn answer(folder: &Path, stream: TcpStream) -> Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let target = request.split(' ').nth(1).unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (status, more, body, kind) = match path.strip_prefix(BELOW).and_then(|path| find(folder, path)) {
        Some(Found::File(file)) => ("200 OK", String::new(), fs::read(&file)?, kind(&file)),
        Some(Found::Folder) => {
            ("301 Moved Permanently", format!("Location: {path}/?{query}\r\n"), Vec::new(), "text/plain")
        }
        None => ("404 Not Found", String::new(), fs::read(folder.join("404.html"))?, "text/html"),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\n{more}Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes())?;
    Ok(stream.write_all(&body)?)
}

enum Found {
    File(PathBuf),
    /// A folder without a slash behind its name.
    Folder,
}

fn find(folder: &Path, path: &str) -> Option<Found> {
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let file = folder.join(path);
    if !inside && !path.is_empty() {
        return None;
    }
    if file.is_dir() && !path.is_empty() && !path.ends_with('/') {
        return Some(Found::Folder);
    }
    let file = if file.is_dir() { file.join("index.html") } else { file };
    file.is_file().then_some(Found::File(file))
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

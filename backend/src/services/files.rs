//! The small tree that TFTP and HTTP serve when the operator names no folder.

/// Each file's name and bytes.
pub const BUILT_IN: &[(&str, &[u8])] = &[
    ("hello.txt", include_bytes!("../../files/hello.txt")),
    ("index.html", include_bytes!("../../files/index.html")),
];

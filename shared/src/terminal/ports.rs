//! Names of ports (`/etc/services`), as far as they occur in the course.

/// Port, whether TCP, whether UDP, name.
const SERVICES: [(u16, bool, bool, &str); 20] = [
    (7, true, true, "echo"),
    (9, true, true, "discard"),
    (13, true, true, "daytime"),
    (19, true, true, "chargen"),
    (20, true, false, "ftp-data"),
    (21, true, false, "ftp"),
    (22, true, false, "ssh"),
    (23, true, false, "telnet"),
    (25, true, false, "smtp"),
    (37, true, true, "time"),
    (53, true, true, "domain"),
    (67, false, true, "bootps"),
    (68, false, true, "bootpc"),
    (69, false, true, "tftp"),
    (80, true, false, "http"),
    (110, true, false, "pop3"),
    (123, false, true, "ntp"),
    (443, true, true, "https"),
    (520, false, true, "route"),
    (8080, true, true, "http-alt"),
];

/// A port as it is shown: by its name unless numbers are wanted.
pub(super) fn shown(port: u16, tcp: bool, numeric: bool) -> String {
    let is = |it: &&(u16, bool, bool, &str)| it.0 == port && if tcp { it.1 } else { it.2 };
    let name = SERVICES.iter().find(is).filter(|_| !numeric).map(|it| it.3.to_owned());
    name.unwrap_or_else(|| port.to_string())
}

//! The page of real services.

use crate::i18n::catalogue::Labs;

pub(in crate::i18n) const LABS: Labs = Labs {
    title: "Real services",
    lead: "True sockets on the server. Every call, frame and socket state arrives here while it happens.",
    names: "UDP echo|TFTP|TCP|HTTP",
    look: "Each line goes out as one datagram and comes back with a number. Look at which side calls bind, and at the bytes of the same text in the two encodings.|A file crosses in blocks, each acknowledged before the next. Look at the ports: the server answers from a new one. An exact multiple of 512 bytes needs an empty last block.|Both sides of a connection, call by call. Look at which call causes which segment, at recv returning 0, and at who ends in TIME-WAIT.|Your bytes go out exactly as typed. Look at the status line, the blank line, and what the server says to a request that is not one.",
    sockets: "Sockets, as the kernel lists them",
    datagrams: "Datagrams, one a line",
    encoding: "Text becomes bytes by",
    direction: "Direction",
    download: "Download",
    upload: "Upload",
    size: "Bytes in the file",
    blksize: "blksize (empty: 512)",
    windowsize: "windowsize (empty: 1)",
    tsize: "Ask for tsize",
    message: "The client sends",
    request: "Request",
    request_hint: "Lines are sent with CR LF. The blank line ends the header.",
};

//! The server, and what runs on it.

use crate::i18n::catalogue::Live;

pub(in crate::i18n) const LIVE: Live = Live {
    connecting: "Looking for the server…",
    absent: "There is no Firsthop server behind this page.",
    absent_how: "Running something for real needs one, for the sockets are on the server. Get the source and start it with this command, then open the address it prints.",
    retry: "Look again",
    ready: "The server is ready.",
    no_capture: "The server is ready, but {why}. System calls and socket states are shown all the same.",
    outdated: "The server speaks version {theirs} of the protocol and this page version {ours}. Load the page again.",
    run: "Run it for real",
    again: "Run it again",
    stop: "Stop",
    waiting: "Waiting for a place on the server; before you: {ahead}.",
    running: "Running on the server…",
    ended: "Done.",
    ended_badly: "It could not go on: {why}.",
    refused: "The server refused: {why}.",
    stopped: "Stopped.",
    show_recording: "Show a recording",
    recorded: "This is a recording, made earlier on a Linux kernel with the settings that this page begins with. It does not run now.",
    no_recording: "The recording cannot be loaded.",
    gone: "The connection to the server was lost; the run ended with it.",
};

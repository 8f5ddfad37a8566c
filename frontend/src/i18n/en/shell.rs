//! What stands around every page, and words that several pages use.

use crate::i18n::catalogue::{Common, HandOver, NotFound, Shell};

pub(in crate::i18n) const SHELL: Shell = Shell {
    skip: "Skip to content",
    navigation: "Pages",
    home: "Home",
    language: "Language",
    theme: "Theme",
    theme_system: "As the system",
    theme_light: "Light",
    theme_dark: "Dark",
    footer: "Firsthop: computer networking in which every packet is real.",
};

pub(in crate::i18n) const COMMON: Common = Common {
    copy: "Copy",
    copied: "Copied",
    copy_failed: "This browser does not let pages copy",
    yes: "Yes",
    no: "No",
    show: "Show",
    hide: "Hide",
};

pub(in crate::i18n) const NOT_FOUND: NotFound = NotFound {
    title: "There is no such page",
    text: "The address may have been mistyped, or the page may have moved.",
    back: "To the first page",
};

pub(in crate::i18n) const HAND_OVER: HandOver = HandOver {
    loading: "Loading the page…",
    failed: "This page could not be loaded. Is the network up, and the server?",
    again: "Try again",
};

//! A packet's bytes and fields.

use crate::i18n::catalogue::{Bytes, Problems};

pub(in crate::i18n) const BYTES: Bytes = Bytes {
    grid: "{protocol}, bit by bit; arrow keys go from field to field",
    dump: "Bytes of the packet; arrow keys go from field to field",
    fields: "Fields of the packet",
    layer_bytes: "{n} bytes",
    nothing_selected: "Point at a bit, a byte or a field to see all three. Choose one to read about it here.",
    place: "{bits} bits from byte {byte}, bit {bit}",
    set: "set",
    not_set: "not set",
    edit: "Change this field",
    edit_hint: "As it is shown, or a number in hexadecimal after 0x. The bytes follow at once.",
};

pub(in crate::i18n) const PROBLEMS: Problems = Problems {
    checksum: "checksum wrong: expected {expected}, found {found}",
    offloaded: "checksum unfinished: expected {expected}, found {found}, the pseudo-header's sum, left for the network card to finish",
    length: "length wrong: says {said} bytes, {had} are there",
    truncated: "truncated: {needed} bytes needed, {had} there",
    cut_short: "cut short by the capture: {needed} bytes needed, {had} captured",
    value: "bad value {found}: {expected}",
    malformed: "malformed: {why}",
    too_many: "more than {limit} {what}: the rest is not shown",
    broken: "{protocol} at byte {offset}: {why}",
};

//! The options of a TCP header, RFC 9293 §3.2 and the RFCs of each.

use super::{Draft, Kind, Meaning, Problem, Spec};

const RFC: &str = "RFC 9293 §3.2";
static KIND: Spec = Spec::new("option_kind", "Kind", 8, Kind::Names(name), RFC);
static LENGTH: Spec = Spec::new("option_len", "Length", 8, Kind::Number, RFC);
static PADDING: Spec = Spec::new("padding", "Padding", 0, Kind::Bytes, RFC);
static MSS: Spec = Spec::new("mss_val", "Maximum Segment Size", 16, Kind::Number, "RFC 9293 §3.7.1");
static SHIFT: Spec = Spec::new("shift", "Window Scale shift.cnt", 8, Kind::Number, "RFC 7323 §2.2");
static LEFT: Spec = Spec::new("sack_le", "Left Edge of Block", 32, Kind::Number, "RFC 2018 §3");
static RIGHT: Spec = Spec::new("sack_re", "Right Edge of Block", 32, Kind::Number, "RFC 2018 §3");
static TSVAL: Spec = Spec::new("tsval", "TSval", 32, Kind::Number, "RFC 7323 §3.2");
static TSECR: Spec = Spec::new("tsecr", "TSecr", 32, Kind::Number, "RFC 7323 §3.2");
static DIGEST: Spec = Spec::new("digest", "MD5 digest", 128, Kind::Bytes, "RFC 2385 §3");
static GRANULARITY: Spec = Spec::new("user_to_granularity", "Granularity", 1, Kind::Flag, "RFC 5482 §3");
static TIMEOUT: Spec = Spec::new("user_to_val", "User Timeout", 15, Kind::Number, "RFC 5482 §3");
static COOKIE: Spec = Spec::new("cookie", "Fast Open Cookie", 0, Kind::Bytes, "RFC 7413 §4.1.1");
static KEY_ID: Spec = Spec::new("keyid", "KeyID", 8, Kind::Number, "RFC 5925 §2.2");
static NEXT_KEY_ID: Spec = Spec::new("rnextkeyid", "RNextKeyID", 8, Kind::Number, "RFC 5925 §2.2");
static MAC: Spec = Spec::new("mac", "MAC", 0, Kind::Bytes, "RFC 5925 §2.2");
static VALUE: Spec = Spec::new("payload", "Data", 0, Kind::Bytes, RFC);

/// Reads options up to the reader's end.
pub fn read(draft: &mut Draft<'_>) {
    while draft.reader.left() > 0 && draft.broken.is_none() {
        if one(draft).is_none() {
            return;
        }
    }
}

/// One option; `None` when there are no more or they cannot be read on.
fn one(draft: &mut Draft<'_>) -> Option<()> {
    let kind = draft.field(&KIND)?;
    match kind {
        0 => {
            if draft.reader.left() > 0 {
                draft.field_of(&PADDING, draft.reader.left() * 8)?;
            }
            return None;
        }
        1 => return Some(()),
        _ => {}
    }
    let length = draft.field(&LENGTH)? as usize;
    let left = draft.reader.promised();
    if length < 2 || length - 2 > left {
        draft.wrong(Problem::Length { said: length as u32, had: left as u32 + 2 });
        draft.break_off(Problem::Malformed(
            "a TCP option's length must cover its own two bytes and end in the header",
        ));
        return None;
    }
    if length - 2 > draft.reader.left() {
        draft.break_off(Problem::Truncated { needed: length as u32 - 2, had: draft.reader.left() as u32 });
        return None;
    }
    let after = draft.reader.at(draft.reader.offset() + length - 2);
    let all = draft.reader;
    draft.reader = all.limited(length - 2);
    value(draft, kind, length);
    draft.reader = after;
    Some(())
}

fn value(draft: &mut Draft<'_>, kind: u64, length: usize) -> Option<()> {
    let fixed = match kind {
        2 | 28 => Some(4),
        3 => Some(3),
        4 => Some(2),
        8 => Some(10),
        19 => Some(18),
        _ => None,
    };
    if fixed.is_some_and(|fixed| fixed != length)
        || (kind == 5 && (length < 10 || length % 8 != 2))
        || (kind == 29 && length < 4)
    {
        let had = fixed.unwrap_or(if kind == 5 { 10 } else { 4 });
        draft.wrong(Problem::Length { said: length as u32, had: had as u32 });
        return draft.field_of(&VALUE, (length - 2) * 8).map(drop);
    }
    match kind {
        2 => drop(draft.field(&MSS)?),
        3 => {
            let shift = draft.field(&SHIFT)?;
            if shift > 14 {
                draft.wrong(Problem::Value { found: shift, expected: "14 at most (RFC 7323 §2.3)" });
            } else {
                draft.means(Meaning::said(format!("{shift}: windows count {} bytes", 1u32 << shift)));
            }
        }
        4 => {}
        5 => {
            while draft.reader.left() > 0 {
                draft.field(&LEFT)?;
                draft.field(&RIGHT)?;
            }
        }
        8 => {
            draft.field(&TSVAL)?;
            draft.field(&TSECR)?;
        }
        19 => drop(draft.field(&DIGEST)?),
        28 => {
            let minutes = draft.field(&GRANULARITY)? == 1;
            draft.means(Meaning::said(if minutes { "minutes" } else { "seconds" }));
            draft.field(&TIMEOUT)?;
        }
        29 => {
            draft.field(&KEY_ID)?;
            draft.field(&NEXT_KEY_ID)?;
            draft.field_of(&MAC, draft.reader.left() * 8)?;
        }
        34 if length == 2 => {}
        34 => drop(draft.field_of(&COOKIE, (length - 2) * 8)?),
        _ if length > 2 => drop(draft.field_of(&VALUE, (length - 2) * 8)?),
        _ => {}
    }
    Some(())
}

const fn name(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "End of Option List",
        1 => "No-Operation",
        2 => "Maximum Segment Size",
        3 => "Window Scale",
        4 => "SACK Permitted",
        5 => "SACK",
        8 => "Timestamps",
        19 => "MD5 Signature",
        28 => "User Timeout",
        29 => "TCP Authentication Option",
        30 => "Multipath TCP",
        34 => "Fast Open",
        69 => "Encryption Negotiation",
        253 | 254 => "experiment",
        _ => return None,
    })
}

//! Sequence numbers counted from the connection's first one, as the ladder and the log count them.

/// From which variable a variable counts; none for what is no sequence number.
fn base(name: &str) -> Option<&'static str> {
    match name {
        "ISS" | "SND.UNA" | "SND.NXT" | "SND.WL2" => Some("ISS"),
        "IRS" | "RCV.NXT" | "RCV.UP" | "SND.WL1" => Some("IRS"),
        _ => None,
    }
}

/// A sequence number in a TCB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Number {
    /// Nothing has set it yet.
    Unset,
    /// So far from the first one.
    From(u32),
}

/// A variable's distance from the first sequence number of its direction; none if it is no sequence number.
pub(super) fn relative<'a>(name: &str, value: impl Fn(&str) -> Option<&'a str>) -> Option<Number> {
    let base = base(name)?;
    let number = |name: &str| value(name)?.parse::<u32>().ok();
    let (raw, first) = (number(name)?, number(base)?);
    // RFC 9293 §3.3.1 leaves variables without a value before the peer's SYN; the endpoint has a zero there.
    let own = base == "ISS" && name != "SND.WL2";
    let unheard = value("state") == Some("SYN-SENT");
    let unset = !own && raw == 0 && (first != 0 || unheard);
    Some(if unset { Number::Unset } else { Number::From(raw.wrapping_sub(first)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: &str, row: &[(&str, &'static str)]) -> Option<Number> {
        relative(name, |name| row.iter().find(|(key, _)| *key == name).map(|(_, value)| *value))
    }

    #[test]
    fn numbers_count_from_the_first_of_their_direction() {
        let row = [
            ("state", "ESTABLISHED"),
            ("ISS", "4294967290"),
            ("SND.UNA", "4"),
            ("SND.WL2", "4294967291"),
            ("IRS", "5000"),
            ("RCV.NXT", "5001"),
            ("RCV.UP", "0"),
            ("SND.WND", "65535"),
        ];
        assert_eq!(at("ISS", &row), Some(Number::From(0)));
        // Across the wrap.
        assert_eq!(at("SND.UNA", &row), Some(Number::From(10)));
        assert_eq!(at("SND.WL2", &row), Some(Number::From(1)));
        assert_eq!(at("RCV.NXT", &row), Some(Number::From(1)));
        assert_eq!(at("RCV.UP", &row), Some(Number::Unset));
        assert_eq!(at("SND.WND", &row), None);
        assert_eq!(at("SND.NXT", &row), None, "it is not in the table");
    }

    #[test]
    fn nothing_is_known_of_a_peer_that_has_said_nothing() {
        let mut row = [("state", "SYN-SENT"), ("ISS", "0"), ("SND.NXT", "1"), ("IRS", "0"), ("RCV.NXT", "0")];
        assert_eq!(at("SND.NXT", &row), Some(Number::From(1)));
        assert_eq!(at("ISS", &row), Some(Number::From(0)));
        assert_eq!(at("IRS", &row), Some(Number::Unset));
        assert_eq!(at("RCV.NXT", &row), Some(Number::Unset));
        row[0].1 = "ESTABLISHED";
        assert_eq!(at("IRS", &row), Some(Number::From(0)), "zero is a number like any other");
    }
}

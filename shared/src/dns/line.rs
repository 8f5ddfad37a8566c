//! A record as a line of text. RFC 1035 §5.1.

use std::str::FromStr;

use super::{
    kind::Kind,
    name::Name,
    record::{Data, Record, Soa},
    zone::LineError,
};

/// Reads a line of zone `origin`; `ttl` is the TTL of a line without one.
pub(super) fn read(line: &str, origin: &Name, ttl: u32) -> Result<Record, LineError> {
    let words = words(line)?;
    let mut words = words.iter();
    let name = name(&mut words, "name", origin)?;
    if !name.is_within(origin) {
        return Err(LineError::Outside { name, zone: origin.clone() });
    }
    let mut ttl = ttl;
    let kind = loop {
        let word = next(&mut words, "type")?;
        if word.text.eq_ignore_ascii_case("IN") {
            continue;
        }
        match word.text.parse() {
            Ok(number) => ttl = number,
            Err(_) => break word.text.parse::<Kind>()?,
        }
    };
    let data = match kind {
        Kind::A => Data::A(value(&mut words, "IPv4 address")?),
        Kind::AAAA => Data::Aaaa(value(&mut words, "IPv6 address")?),
        Kind::CNAME => Data::Cname(self::name(&mut words, "canonical name", origin)?),
        Kind::NS => Data::Ns(self::name(&mut words, "server", origin)?),
        Kind::PTR => Data::Ptr(self::name(&mut words, "name", origin)?),
        Kind::MX => Data::Mx {
            preference: value(&mut words, "preference")?,
            exchange: self::name(&mut words, "mail exchange", origin)?,
        },
        Kind::TXT => Data::Txt(strings(&mut words)?),
        Kind::SOA => Data::Soa(Soa {
            mname: self::name(&mut words, "primary server", origin)?,
            rname: self::name(&mut words, "mailbox", origin)?,
            serial: value(&mut words, "serial number")?,
            refresh: value(&mut words, "refresh time in seconds")?,
            retry: value(&mut words, "retry time in seconds")?,
            expire: value(&mut words, "expiry time in seconds")?,
            minimum: value(&mut words, "minimum TTL in seconds")?,
        }),
        kind => return Err(LineError::NoNotation { kind }),
    };
    match words.next() {
        Some(rest) => Err(LineError::Rest { word: rest.text.clone() }),
        None => Ok(Record::new(name, ttl, data)),
    }
}

/// A word, or what stood between quotation marks.
struct Word {
    text: String,
    quoted: bool,
}

type Words<'w> = std::slice::Iter<'w, Word>;

/// The words of a line up to a semicolon, which begins a remark.
fn words(line: &str) -> Result<Vec<Word>, LineError> {
    let mut words: Vec<Word> = Vec::new();
    let mut open: Option<Word> = None;
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        let quoted = open.as_ref().is_some_and(|word| word.quoted);
        match char {
            '"' if quoted => words.extend(open.take()),
            '"' => {
                words.extend(open.take());
                open = Some(Word { text: String::new(), quoted: true });
            }
            ';' if !quoted => break,
            _ if char.is_whitespace() && !quoted => words.extend(open.take()),
            _ => {
                let word = open.get_or_insert_with(|| Word { text: String::new(), quoted: false });
                word.text.push(char);
                // What is escaped neither ends the word nor the line.
                if char == '\\' {
                    word.text.extend(chars.next());
                }
            }
        }
    }
    if open.as_ref().is_some_and(|word| word.quoted) {
        return Err(LineError::Quote);
    }
    words.extend(open);
    Ok(words)
}

fn next<'w>(words: &mut Words<'w>, part: &'static str) -> Result<&'w Word, LineError> {
    words.next().ok_or(LineError::Missing { part })
}

fn name(words: &mut Words<'_>, part: &'static str, origin: &Name) -> Result<Name, LineError> {
    Ok(Name::relative(&next(words, part)?.text, origin)?)
}

fn value<T: FromStr>(words: &mut Words<'_>, wanted: &'static str) -> Result<T, LineError> {
    let word = &next(words, wanted)?.text;
    word.parse().map_err(|_| LineError::Value { word: word.clone(), wanted })
}

/// How much text one record may have.
const MAX_TEXT: usize = 4096;

fn strings(words: &mut Words<'_>) -> Result<Vec<Vec<u8>>, LineError> {
    let mut strings = vec![string(&next(words, "text")?.text)?];
    for word in words {
        strings.push(string(&word.text)?);
    }
    if strings.iter().map(Vec::len).sum::<usize>() > MAX_TEXT {
        return Err(LineError::Value { word: "the text".to_owned(), wanted: "text of at most 4096 bytes" });
    }
    Ok(strings)
}

/// A character string, its escapes undone. RFC 1035 §5.1.
fn string(text: &str) -> Result<Vec<u8>, LineError> {
    let wrong = |wanted| LineError::Value { word: text.to_owned(), wanted };
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let escaped = rest.next().ok_or_else(|| wrong("text: a backslash ends it"))?;
        if escaped.is_ascii_digit() {
            let digits = [Some(escaped), rest.next(), rest.next()];
            let number = digits.iter().try_fold(0u32, |number, digit| {
                let digit = digit.filter(u8::is_ascii_digit)?;
                Some(number * 10 + u32::from(digit - b'0'))
            });
            let byte = number.and_then(|number| u8::try_from(number).ok());
            bytes.push(byte.ok_or_else(|| wrong("text: an escape is \\065 or \\\""))?);
        } else {
            bytes.push(escaped);
        }
    }
    if bytes.len() > 255 { Err(wrong("string of at most 255 bytes")) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<String, LineError> {
        super::read(line, &"example.com".parse().unwrap(), 3600).map(|record| format!("{record:#}"))
    }

    #[test]
    fn lines_are_those_of_zone_files() {
        for (line, record) in [
            ("www A 192.0.2.80", "www.example.com. 3600 IN A 192.0.2.80"),
            ("@ 60 IN NS ns.other.", "example.com. 60 IN NS ns.other."),
            ("@ IN 60 MX 10 mail ; the post", "example.com. 60 IN MX 10 mail.example.com."),
            (r#"t TXT "a \"b\"; c" d\ e \000"#, r#"t.example.com. 3600 IN TXT "a \"b\"; c" "d e" "\000""#),
            ("x aaaa 2001:DB8::1", "x.example.com. 3600 IN AAAA 2001:db8::1"),
            (
                "@ SOA ns admin 1 2 3 4 5",
                "example.com. 3600 IN SOA ns.example.com. admin.example.com. 1 2 3 4 5",
            ),
        ] {
            assert_eq!(read(line).unwrap(), record);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let why = |line| read(line).unwrap_err();
        assert_eq!(why(""), LineError::Missing { part: "name" });
        assert_eq!(why("www"), LineError::Missing { part: "type" });
        assert_eq!(why("www A"), LineError::Missing { part: "IPv4 address" });
        assert_eq!(why("www A 1"), LineError::Value { word: "1".into(), wanted: "IPv4 address" });
        assert_eq!(why("www A 1.2.3.4 5"), LineError::Rest { word: "5".into() });
        assert_eq!(why("www SRV 1"), LineError::NoNotation { kind: Kind(33) });
        assert_eq!(why("t TXT \"a"), LineError::Quote);
        assert!(matches!(why("t TXT \"\\300\""), LineError::Value { .. }));
        assert!(matches!(why("www.example.org. A 1.2.3.4"), LineError::Outside { .. }));
        assert!(matches!(why("www FOO 1"), LineError::Kind(_)));
        assert!(matches!(why("a..b A 1.2.3.4"), LineError::Name(_)));
    }
}

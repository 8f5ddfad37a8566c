//! From the text of a filter to its expression: tokens, then recursive descent of bounded depth.

use std::{net::IpAddr, ops::Range};

use super::{
    Bit, Expression, FateKind, FilterError, Host, ImpairmentKind, Kind, MAX_DEPTH, PROTOCOLS, Problem, Term,
};

/// A piece of the filter's text and the characters it covers.
struct Token {
    at: Range<usize>,
    kind: TokenKind,
}

#[derive(Clone)]
enum TokenKind {
    And,
    Or,
    Not,
    Open,
    Close,
    Word(String),
    Quoted(String),
}

pub(super) fn parse(text: &str) -> Result<Expression, FilterError> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Ok(Expression::All(Vec::new()));
    }
    let end = text.chars().count();
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), end, depth: 0 };
    let expression = parser.any()?;
    match parser.tokens.next() {
        None => Ok(expression),
        // Everything else would have continued the expression.
        Some(token) => Err(FilterError { at: token.at, problem: Problem::Unopened }),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().enumerate().peekable();
    while let Some((start, first)) = chars.next() {
        let mut end = start + 1;
        let kind = match first {
            _ if first.is_whitespace() => continue,
            '(' | '（' => TokenKind::Open,
            ')' | '）' => TokenKind::Close,
            '!' | '！' => TokenKind::Not,
            '&' | '|' => {
                if chars.next_if(|(_, second)| *second == first).is_some() {
                    end += 1;
                }
                if first == '&' { TokenKind::And } else { TokenKind::Or }
            }
            '"' | '\'' | '“' | '”' => {
                let closes = |c: char| {
                    if matches!(first, '“' | '”') { matches!(c, '“' | '”') } else { c == first }
                };
                let mut quoted = String::new();
                loop {
                    match chars.next() {
                        Some((at, c)) if closes(c) => {
                            end = at + 1;
                            break;
                        }
                        Some((_, c)) => quoted.push(c),
                        None => return Err(FilterError { at: start..end, problem: Problem::UnclosedQuote }),
                    }
                }
                TokenKind::Quoted(quoted)
            }
            _ => {
                let mut word = String::from(first);
                let inside = |c: char| !c.is_whitespace() && !"()（）!！&|\"'“”".contains(c);
                while let Some((at, c)) = chars.next_if(|(_, c)| inside(*c)) {
                    word.push(c);
                    end = at + 1;
                }
                match word.to_ascii_lowercase().as_str() {
                    "and" => TokenKind::And,
                    "or" => TokenKind::Or,
                    "not" => TokenKind::Not,
                    _ => TokenKind::Word(word),
                }
            }
        };
        tokens.push(Token { at: start..end, kind });
    }
    Ok(tokens)
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    /// The number of characters in all: where the end is.
    end: usize,
    depth: usize,
}

impl Parser {
    fn next_is(&mut self, wanted: fn(&TokenKind) -> bool) -> bool {
        self.tokens.peek().is_some_and(|token| wanted(&token.kind))
    }

    /// `a or b or c`
    fn any(&mut self) -> Result<Expression, FilterError> {
        let mut parts = vec![self.all()?];
        while self.next_is(|kind| matches!(kind, TokenKind::Or)) {
            self.tokens.next();
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Expression::Any))
    }

    /// `a and b c`
    fn all(&mut self) -> Result<Expression, FilterError> {
        let mut parts = vec![self.factor()?];
        while self.tokens.peek().is_some()
            && !self.next_is(|kind| matches!(kind, TokenKind::Or | TokenKind::Close))
        {
            if self.next_is(|kind| matches!(kind, TokenKind::And)) {
                self.tokens.next();
            }
            parts.push(self.factor()?);
        }
        Ok(one_or(parts, Expression::All))
    }

    /// `not a`, `(a)`, `a`
    fn factor(&mut self) -> Result<Expression, FilterError> {
        let Some(token) = self.tokens.next() else {
            return Err(FilterError { at: self.end..self.end, problem: Problem::TermMissing });
        };
        match token.kind {
            TokenKind::Not => {
                let part = self.deeper(&token.at, Self::factor)?;
                Ok(Expression::Not(Box::new(part)))
            }
            TokenKind::Open => {
                let part = self.deeper(&token.at, Self::any)?;
                match self.tokens.next() {
                    Some(_) => Ok(part), // only a closing parenthesis ends `any` before the end
                    None => Err(FilterError { at: token.at, problem: Problem::Unclosed }),
                }
            }
            TokenKind::Quoted(text) => Ok(Expression::Term(Term::Text(text.to_lowercase()))),
            TokenKind::Word(word) => self.term(&word, token.at),
            TokenKind::And | TokenKind::Or | TokenKind::Close => {
                Err(FilterError { at: token.at, problem: Problem::TermMissing })
            }
        }
    }

    fn deeper(
        &mut self,
        at: &Range<usize>,
        inner: fn(&mut Self) -> Result<Expression, FilterError>,
    ) -> Result<Expression, FilterError> {
        if self.depth == MAX_DEPTH {
            return Err(FilterError { at: at.clone(), problem: Problem::TooDeep });
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn term(&mut self, word: &str, at: Range<usize>) -> Result<Expression, FilterError> {
        let lower = word.to_ascii_lowercase();
        let term = match lower.as_str() {
            "frame" => Term::Kind(Kind::Frame),
            "call" => Term::Kind(Kind::Call),
            "state" => Term::Kind(Kind::State),
            "table" => Term::Kind(Kind::Table),
            "note" => Term::Kind(Kind::Note),
            "delivered" => Term::Fate(FateKind::Delivered),
            "lost" => Term::Fate(FateKind::Lost),
            "dropped" => Term::Fate(FateKind::Dropped),
            "duplicate" => Term::Impairment(ImpairmentKind::Duplicate),
            "reordered" => Term::Impairment(ImpairmentKind::Reordered),
            "delayed" => Term::Impairment(ImpairmentKind::Delayed),
            "corrupted" => Term::Impairment(ImpairmentKind::Corrupted),
            "ip" => {
                let versions = ["ipv4", "ipv6"].map(|name| Expression::Term(Term::Protocol(name)));
                return Ok(Expression::Any(versions.into()));
            }
            "host" => {
                let (value, at) = self.value(&at, "host", "host 10.0.0.1")?;
                let problem = || FilterError { at, problem: Problem::BadAddress(value.clone()) };
                Term::Host(host(&value).ok_or_else(problem)?)
            }
            "port" => {
                let (value, at) = self.value(&at, "port", "port 80")?;
                let port = value.parse().map_err(|_| FilterError { at, problem: Problem::BadPort(value) })?;
                Term::Port(port)
            }
            "syn" => Term::Bit(Bit::Syn),
            "ack" => Term::Bit(Bit::Ack),
            "fin" => Term::Bit(Bit::Fin),
            "rst" => Term::Bit(Bit::Rst),
            "psh" => Term::Bit(Bit::Psh),
            "data" => Term::Data,
            "again" => Term::Again,
            "contains" => Term::Contains(self.value(&at, "contains", "contains hello")?.0),
            "node" => Term::Node(self.value(&at, "node", "node client")?.0),
            "link" => Term::Link(self.value(&at, "link", "link cable")?.0),
            name => match PROTOCOLS.iter().find(|protocol| **protocol == name) {
                Some(protocol) => Term::Protocol(protocol),
                None => return Err(FilterError { at, problem: Problem::UnknownWord(word.into()) }),
            },
        };
        Ok(Expression::Term(term))
    }

    /// The value after a word like `port`, and where it stands.
    fn value(
        &mut self,
        at: &Range<usize>,
        word: &'static str,
        example: &'static str,
    ) -> Result<(String, Range<usize>), FilterError> {
        match self.tokens.peek() {
            Some(Token { at, kind: TokenKind::Word(value) | TokenKind::Quoted(value) }) => {
                let found = (value.clone(), at.clone());
                self.tokens.next();
                Ok(found)
            }
            _ => Err(FilterError { at: at.clone(), problem: Problem::ValueMissing(word, example) }),
        }
    }
}

fn one_or(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

fn host(text: &str) -> Option<Host> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(Host::Network(address.into()));
    }
    if let Ok(network) = text.parse() {
        return Some(Host::Network(network));
    }
    let mut mac = [0; 6];
    let mut digits = text.split([':', '-']);
    for byte in &mut mac {
        let pair = digits.next().filter(|pair| matches!(pair.len(), 1 | 2) && !pair.starts_with('+'))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    digits.next().is_none().then_some(Host::Mac(mac))
}

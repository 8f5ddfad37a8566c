//! From the text of a goal to what it says: recursive descent of bounded depth.

mod subject;

use std::ops::Range;

use super::{
    Expected, Goal, GoalError, Problem,
    expression::{Leaf, MAX_CHARS, MAX_DEPTH, Mode, Name, Node, Quantity, Stage, What},
    lexer::{Token, TokenKind, tokens},
};

pub(super) fn parse(text: &str) -> Result<Goal, GoalError> {
    let end = text.chars().count();
    if end > MAX_CHARS {
        return Err(GoalError { at: MAX_CHARS..end, problem: Problem::TooLong });
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, end, depth: 0, names: Vec::new() };
    let must = parser.any()?;
    if let Some(token) = parser.peek() {
        let problem = match &token.kind {
            TokenKind::Close => Problem::Unopened,
            _ => Problem::NotJoined(text.chars().skip(token.at.start).take(token.at.len()).collect()),
        };
        return Err(GoalError { at: token.at.clone(), problem });
    }
    Ok(Goal { text: text.to_owned(), must: goal(must), names: parser.names })
}

/// Gives conditions that stand outside words of time the one that is meant.
fn goal(Node { at, what }: Node) -> Node {
    let what = match what {
        What::All(parts) => What::All(parts.into_iter().map(goal).collect()),
        What::Any(parts) => What::Any(parts.into_iter().map(goal).collect()),
        What::Not(part) => What::Not(Box::new(goal(*part))),
        What::Timed { .. } => what,
        What::Leaf(leaf) => {
            let mode = match leaf.quantity {
                Quantity::AtLeast(_) => Mode::Eventually,
                Quantity::AtMost(_) => Mode::Stays,
                Quantity::Exactly(_) if leaf.subject.only_grows() => Mode::AtEnd,
                Quantity::Exactly(_) => Mode::Eventually,
            };
            let condition = Node { at: at.clone(), what: What::Leaf(leaf) };
            What::Timed { mode, stages: vec![Stage { within: None, condition }] }
        }
    };
    Node { at, what }
}

pub(super) struct Parser {
    tokens: Vec<Token>,
    next: usize,
    /// The number of characters in all: where the end is.
    end: usize,
    depth: usize,
    names: Vec<Name>,
}

type Parsed<T> = Result<T, GoalError>;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// The word that comes next, in lower case.
    fn peek_word(&self, ahead: usize) -> Option<String> {
        match &self.tokens.get(self.next + ahead)?.kind {
            TokenKind::Word(word) => Some(word.to_ascii_lowercase()),
            _ => None,
        }
    }

    /// Goes past the word if it comes next.
    fn take_word(&mut self, wanted: &str) -> bool {
        let is = self.peek_word(0).is_some_and(|word| word == wanted);
        self.next += usize::from(is);
        is
    }

    /// Where the next word stands, or the end.
    fn here(&self) -> Range<usize> {
        self.peek().map_or(self.end..self.end, |token| token.at.clone())
    }

    fn missing(&self, expected: Expected) -> GoalError {
        GoalError { at: self.here(), problem: Problem::Missing(expected) }
    }

    /// From a character to where the last token ended.
    fn since(&self, start: usize) -> Range<usize> {
        let last = self.next.checked_sub(1).and_then(|last| self.tokens.get(last));
        start..last.map_or(start, |token| token.at.end).max(start)
    }

    /// `a or b`
    fn any(&mut self) -> Parsed<Node> {
        self.list("or", Self::all, What::Any)
    }

    /// `a and b`
    fn all(&mut self) -> Parsed<Node> {
        self.list("and", Self::sequence, What::All)
    }

    fn list(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Parsed<Node>,
        many: fn(Vec<Node>) -> What,
    ) -> Parsed<Node> {
        let start = self.here().start;
        let first = part(self)?;
        let mut parts = vec![first];
        while self.take_word(word) {
            parts.push(part(self)?);
        }
        match parts.pop() {
            Some(only) if parts.is_empty() => Ok(only),
            last => {
                parts.extend(last);
                Ok(Node { at: self.since(start), what: many(parts) })
            }
        }
    }

    /// `a then b then within 3 s c`
    fn sequence(&mut self) -> Parsed<Node> {
        let start = self.here().start;
        let first = self.unary()?;
        if self.peek_word(0).as_deref() != Some("then") {
            return Ok(first);
        }
        let mut stages = match first {
            // `within 3 s a then b`
            Node { what: What::Timed { mode: Mode::Eventually, stages }, .. } => stages,
            condition => {
                instant(&condition)?;
                vec![Stage { within: None, condition }]
            }
        };
        while self.take_word("then") {
            let within = self.within()?;
            let condition = self.unary()?;
            instant(&condition)?;
            stages.push(Stage { within, condition });
        }
        Ok(Node { at: self.since(start), what: What::Timed { mode: Mode::Eventually, stages } })
    }

    /// `within 3 s`, if it comes next: microseconds.
    fn within(&mut self) -> Parsed<Option<u64>> {
        if self.take_word("within") { self.duration().map(Some) } else { Ok(None) }
    }

    /// `not a`, `always a`, `(a)`, `a`
    fn unary(&mut self) -> Parsed<Node> {
        let at = self.here();
        let mode = match self.peek_word(0).as_deref() {
            Some("not") => {
                self.next += 1;
                let part = self.deeper(&at, Self::unary)?;
                return Ok(Node { at: self.since(at.start), what: What::Not(Box::new(part)) });
            }
            Some("eventually") => Mode::Eventually,
            Some("always") => Mode::Always,
            Some("never") => Mode::Never,
            Some("within") => {
                let within = self.within()?;
                let condition = self.deeper(&at, Self::unary)?;
                instant(&condition)?;
                let what = What::Timed { mode: Mode::Eventually, stages: vec![Stage { within, condition }] };
                return Ok(Node { at: self.since(at.start), what });
            }
            Some("at") => match self.peek_word(1).as_deref() {
                Some("the") if self.peek_word(2).as_deref() == Some("end") => {
                    self.next += 2;
                    Mode::AtEnd
                }
                Some("least" | "most") => return self.leaf(),
                _ => {
                    self.next += 1;
                    return Err(self.missing(Expected::AfterAt));
                }
            },
            _ if self.peek().is_some_and(|token| token.kind == TokenKind::Open) => {
                self.next += 1;
                let part = self.deeper(&at, Self::any)?;
                return match self.peek().map(|token| &token.kind) {
                    Some(TokenKind::Close) => {
                        self.next += 1;
                        Ok(part)
                    }
                    Some(_) => Err(GoalError { at: self.here(), problem: self.not_joined() }),
                    None => Err(GoalError { at, problem: Problem::Unclosed }),
                };
            }
            _ => return self.leaf(),
        };
        self.next += 1;
        let condition = self.deeper(&at, Self::unary)?;
        instant(&condition)?;
        let what = What::Timed { mode, stages: vec![Stage { within: None, condition }] };
        Ok(Node { at: self.since(at.start), what })
    }

    fn not_joined(&self) -> Problem {
        let word = match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Word(word) | TokenKind::Quoted(word)) => word.clone(),
            Some(TokenKind::Filter(_)) => "[".to_owned(),
            Some(TokenKind::Sign(sign)) => (*sign).to_owned(),
            Some(TokenKind::Comma) => ",".to_owned(),
            Some(TokenKind::Open) => "(".to_owned(),
            Some(TokenKind::Close) | None => ")".to_owned(),
        };
        Problem::NotJoined(word)
    }

    fn deeper(&mut self, at: &Range<usize>, inner: fn(&mut Self) -> Parsed<Node>) -> Parsed<Node> {
        if self.depth == MAX_DEPTH {
            return Err(GoalError { at: at.clone(), problem: Problem::TooDeep });
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// `at least 3 frames [tcp]`
    fn leaf(&mut self) -> Parsed<Node> {
        let start = self.here().start;
        let quantity = match (self.peek_word(0).as_deref(), self.peek_word(1).as_deref()) {
            (Some("no"), _) => {
                self.next += 1;
                Quantity::AtMost(0)
            }
            (Some("exactly"), _) => {
                self.next += 1;
                Quantity::Exactly(self.count()?.0)
            }
            (Some("at"), Some("most")) => {
                self.next += 2;
                Quantity::AtMost(self.count()?.0)
            }
            (Some("at"), Some("least")) => {
                self.next += 2;
                let (least, _) = self.count()?;
                if least == 0 {
                    return Err(GoalError { at: self.since(start), problem: Problem::AlwaysSo });
                }
                Quantity::AtLeast(least)
            }
            _ => Quantity::AtLeast(1),
        };
        let subject = self.subject()?;
        Ok(Node { at: self.since(start), what: What::Leaf(Leaf { quantity, subject }) })
    }

    /// A whole number and where it stands.
    fn count(&mut self) -> Parsed<(u64, Range<usize>)> {
        let at = self.here();
        let digits = self.peek_word(0).filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(digits) = digits else { return Err(self.missing(Expected::Count)) };
        self.next += 1;
        match digits.parse() {
            Ok(number) => Ok((number, at)),
            Err(_) => Err(GoalError { at, problem: Problem::TooBig(digits) }),
        }
    }

    /// `3 s`, `3s`, `500 ms`: microseconds.
    fn duration(&mut self) -> Parsed<u64> {
        let at = self.here();
        let missing = GoalError { at: at.clone(), problem: Problem::Missing(Expected::Duration) };
        let Some(word) = self.peek_word(0) else { return Err(missing) };
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = word.split_at_checked(digits).unwrap_or(("", &word));
        if number.is_empty() {
            return Err(missing);
        }
        self.next += 1;
        let unit = if unit.is_empty() {
            let next = self.peek_word(0).ok_or_else(|| missing.clone())?;
            self.next += 1;
            next
        } else {
            unit.to_owned()
        };
        let factor = match unit.as_str() {
            "us" | "µs" | "μs" => 1,
            "ms" => 1000,
            "s" | "second" | "seconds" => 1_000_000,
            "min" | "minute" | "minutes" => 60_000_000,
            _ => {
                return Err(GoalError {
                    at: self.since(at.start),
                    problem: Problem::Missing(Expected::Duration),
                });
            }
        };
        let micros = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
        micros.ok_or_else(|| GoalError { at, problem: Problem::TooBig(number.to_owned()) })
    }
}

/// That there is no word of time in a condition.
fn instant(node: &Node) -> Parsed<()> {
    match &node.what {
        What::All(parts) | What::Any(parts) => parts.iter().try_for_each(instant),
        What::Not(part) => instant(part),
        What::Leaf(_) => Ok(()),
        What::Timed { mode, stages } => {
            let word = match mode {
                _ if stages.len() > 1 => "then",
                Mode::Eventually if stages.iter().any(|stage| stage.within.is_some()) => "within",
                Mode::Eventually => "eventually",
                Mode::Always | Mode::Stays => "always",
                Mode::Never => "never",
                Mode::AtEnd => "at the end",
            };
            Err(GoalError { at: node.at.clone(), problem: Problem::TimeInTime(word) })
        }
    }
}

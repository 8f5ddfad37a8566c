//! What a condition counts, from its words.

use super::{Parsed, Parser};
use crate::{
    goal::{
        Expected, GoalError, Problem,
        error::TCP_STATES,
        expression::{
            Calls, Card, Frames, Name, Number, Order, Outcome, Relation, Rows, States, Subject, Test, Value,
        },
        lexer::TokenKind,
    },
    trace::filter::{Filter, FilterError, PROTOCOLS},
};

impl Parser {
    pub(super) fn subject(&mut self) -> Parsed<Subject> {
        let at = self.here();
        let Some(word) = self.peek_word(0) else { return Err(self.missing(Expected::Condition)) };
        self.next += 1;
        match word.as_str() {
            "frame" | "frames" => self.frames().map(Subject::Frames),
            "event" | "events" => {
                self.filter()?.map(Subject::Events).ok_or_else(|| self.missing(Expected::Filter))
            }
            "call" | "calls" => self.calls().map(Subject::Calls),
            "received" => {
                let text = match self.peek().map(|token| &token.kind) {
                    Some(TokenKind::Quoted(text)) if !text.is_empty() => text.clone(),
                    _ => return Err(self.missing(Expected::Text)),
                };
                self.next += 1;
                let node = if self.take_word("by") { Some(self.machine()?) } else { None };
                Ok(Subject::Received { text, node })
            }
            "row" | "rows" => self.rows().map(Subject::Rows),
            name => match PROTOCOLS.iter().find(|protocol| **protocol == name) {
                Some(protocol) => self.states(protocol).map(Subject::States),
                None => {
                    self.next -= 1;
                    let word = match self.peek().map(|token| &token.kind) {
                        Some(TokenKind::Word(word)) => word.clone(),
                        _ => word,
                    };
                    // What joins has nothing on its left or right.
                    let problem = match word.to_ascii_lowercase().as_str() {
                        "and" | "or" | "then" => Problem::Missing(Expected::Condition),
                        _ => Problem::UnknownWord(word),
                    };
                    Err(GoalError { at, problem })
                }
            },
        }
    }

    fn frames(&mut self) -> Parsed<Frames> {
        let mut frames = Frames { filter: self.filter()?, ..Frames::default() };
        loop {
            let (place, link) = match self.peek_word(0).as_deref() {
                Some("from") => (&mut frames.from, false),
                Some("to") => (&mut frames.to, false),
                Some("of") => (&mut frames.of, false),
                Some("for") => (&mut frames.for_, false),
                Some("on") => (&mut frames.on, true),
                _ => return Ok(frames),
            };
            if place.is_some() {
                // Said twice: it is not part of this condition.
                return Ok(frames);
            }
            self.next += 1;
            *place = Some(if link { self.link()? } else { self.machine()? });
        }
    }

    fn filter(&mut self) -> Parsed<Option<Filter>> {
        let Some(TokenKind::Filter(text)) = self.peek().map(|token| &token.kind) else { return Ok(None) };
        let inside = self.here().start + 1;
        let filter = text.parse().map_err(|FilterError { at, problem }| GoalError {
            at: inside + at.start..inside + at.end,
            problem: Problem::Filter(problem),
        })?;
        self.next += 1;
        Ok(Some(filter))
    }

    fn calls(&mut self) -> Parsed<Calls> {
        const WORDS: [&str; 6] = ["of", "fails", "fail", "succeeds", "succeed", "where"];
        const JOINTS: [&str; 3] = ["and", "or", "then"];
        let mut calls = Calls::default();
        let is_name = |word: &str| !WORDS.contains(&word) && !JOINTS.contains(&word);
        let quoted = matches!(self.peek().map(|token| &token.kind), Some(TokenKind::Quoted(_)));
        if quoted || self.peek_word(0).is_some_and(|word| is_name(&word)) {
            calls.name = self.text();
        }
        if self.take_word("of") {
            calls.node = Some(self.machine()?);
        }
        if self.take_word("fails") || self.take_word("fail") {
            calls.outcome = Some(if self.take_word("with") {
                Outcome::FailsWith(self.text().ok_or_else(|| self.missing(Expected::Errno))?)
            } else {
                Outcome::Fails
            });
        } else if self.take_word("succeeds") || self.take_word("succeed") {
            calls.outcome = Some(Outcome::Succeeds);
        }
        calls.tests = self.tests()?;
        Ok(calls)
    }

    fn rows(&mut self) -> Parsed<Rows> {
        let table = if self.take_word("of") { self.text() } else { None };
        let Some(table) = table else { return Err(self.missing(Expected::Table)) };
        let node = if self.take_word("of") { Some(self.machine()?) } else { None };
        Ok(Rows { table, node, tests: self.tests()? })
    }

    fn states(&mut self, protocol: &'static str) -> Parsed<States> {
        let node = if self.take_word("of") { Some(self.machine()?) } else { None };
        let socket = if self.take_word("with") {
            Some(self.text().ok_or_else(|| self.missing(Expected::Socket))?)
        } else {
            None
        };
        let is = self.take_word("is") || self.take_word("are");
        let at = self.here();
        let state = if is { self.text() } else { None };
        let Some(state) = state else { return Err(self.missing(Expected::State)) };
        let is_known = |known: &&str| known.eq_ignore_ascii_case(&state);
        if protocol == "tcp" && !TCP_STATES.iter().any(is_known) {
            return Err(GoalError { at, problem: Problem::UnknownState(state) });
        }
        Ok(States { protocol, node, socket, state })
    }

    /// `where a = 1, b = 2`
    fn tests(&mut self) -> Parsed<Vec<Test>> {
        let mut tests = Vec::new();
        if !self.take_word("where") {
            return Ok(tests);
        }
        loop {
            let column = self.text().ok_or_else(|| self.missing(Expected::Column))?;
            let relation = self.relation()?;
            tests.push(Test { column, relation });
            if self.peek().is_none_or(|token| token.kind != TokenKind::Comma) {
                return Ok(tests);
            }
            self.next += 1;
        }
    }

    fn relation(&mut self) -> Parsed<Relation> {
        if self.take_word("contains") {
            let text = self.text().ok_or_else(|| self.missing(Expected::Value))?;
            return Ok(Relation::Contains(text));
        }
        if self.take_word("in") {
            let at = self.here();
            let text = self.text().ok_or_else(|| self.missing(Expected::Value))?;
            let network = text.parse().map_err(|_| GoalError { at, problem: Problem::BadNetwork(text) })?;
            return Ok(Relation::In(network));
        }
        let order = match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Sign(sign @ ("=" | "!="))) => {
                let equal = *sign == "=";
                self.next += 1;
                let value = self.value()?;
                return Ok(if equal { Relation::Is(value) } else { Relation::IsNot(value) });
            }
            Some(TokenKind::Sign("<")) => Order::Less,
            Some(TokenKind::Sign("<=")) => Order::AtMost,
            Some(TokenKind::Sign(">")) => Order::Greater,
            Some(TokenKind::Sign(">=")) => Order::AtLeast,
            _ => return Err(self.missing(Expected::Relation)),
        };
        self.next += 1;
        let missing = self.missing(Expected::Number);
        let number = self.text().as_deref().and_then(Number::leading).ok_or(missing)?;
        Ok(Relation::Order(order, number))
    }

    fn value(&mut self) -> Parsed<Value> {
        let word = self.peek_word(0);
        let kind = match (word.as_deref(), self.peek_word(1).as_deref()) {
            (Some("mac"), Some("of")) => Value::Mac,
            (Some("address"), Some("of")) => Value::Address,
            _ => return self.text().map(Value::Text).ok_or_else(|| self.missing(Expected::Value)),
        };
        self.next += 2;
        let at = self.here();
        let text = self.text().ok_or_else(|| self.missing(Expected::Machine))?;
        let (node, interface) = match text.split_once(':') {
            Some((node, interface)) => (node.to_owned(), Some(interface.to_owned())),
            None => (text, None),
        };
        self.names.push(Name { at, name: node.clone(), link: false });
        Ok(kind(Card { node, interface }))
    }

    fn machine(&mut self) -> Parsed<String> {
        self.name(false)
    }

    fn link(&mut self) -> Parsed<String> {
        self.name(true)
    }

    fn name(&mut self, link: bool) -> Parsed<String> {
        let at = self.here();
        let expected = if link { Expected::Link } else { Expected::Machine };
        let name = self.text().ok_or_else(|| self.missing(expected))?;
        self.names.push(Name { at, name: name.clone(), link });
        Ok(name)
    }

    /// A word as it is, or what stands in quotes.
    fn text(&mut self) -> Option<String> {
        let text = match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Word(text) | TokenKind::Quoted(text)) => text.clone(),
            _ => return None,
        };
        self.next += 1;
        Some(text)
    }
}

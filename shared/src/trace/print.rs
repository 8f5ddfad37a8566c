//! A trace as lines of text, for a terminal and for comparing one trace with another by eye.
//!
//! Not for: reading back (that is JSON) nor for other languages (that is the browser's).

use super::{Event, EventKind, Fate, Frame, Impairment, Summaries};

/// Turns events into lines, in order.
///
/// ```
/// use firsthop_protocol::trace::{Event, EventKind, Printer, Text, Time};
/// let mut printer = Printer::new(true);
/// let text = Text::new("x", "something to know");
/// let note = Event { time: Time(1500), kind: EventKind::Note { node: Some("client".into()), text } };
/// assert_eq!(printer.line(&note).unwrap(), "  0.001500  client  something to know");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Printer {
    all: bool,
    summaries: Summaries,
}

impl Printer {
    /// With `all`, table rows and what a machine's TCP says of its own reasoning have a line, too.
    pub fn new(all: bool) -> Self {
        Self { all, summaries: Summaries::new() }
    }

    /// The line of the next event, if it has one.
    pub fn line(&mut self, event: &Event) -> Option<String> {
        let what = match &event.kind {
            EventKind::Frame(frame) => self.frame(event, frame),
            EventKind::Call(call) => {
                let args: Vec<String> =
                    call.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let result = match &call.result {
                    Ok(value) => value.clone(),
                    Err(error) => format!("-1 {} ({})", error.errno, error.message),
                };
                format!("{}  {}({}) = {result}", call.node, call.name, args.join(", "))
            }
            EventKind::State(change) => {
                let (node, socket, why, rfc) = (&change.node, &change.socket, &change.why, &change.rfc);
                let went = format!("{node}  {socket}  {} => {}", change.from, change.to);
                // Of a state that was read from a kernel nobody knows why.
                if rfc == "kernel" { went } else { format!("{went}: {why} ({rfc})") }
            }
            EventKind::Table(change) if self.all => {
                let row = change.row.as_ref().map(|row| {
                    row.iter()
                        .map(|cell| format!("{}={}", cell.name, cell.value))
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                let row = row.unwrap_or_else(|| "gone".to_owned());
                format!("{}  {}[{}]: {row}", change.node, change.table, change.key)
            }
            EventKind::Note { node: Some(_), text } if !self.all && text.id.starts_with("tcp.") => {
                return None;
            }
            EventKind::Note { node: Some(node), text } => format!("{node}  {text}"),
            EventKind::Note { node: None, text } => format!("-- {text}"),
            EventKind::Table(_) => return None,
        };
        Some(format!("{:>10}  {what}", event.time.to_string()))
    }

    fn frame(&mut self, event: &Event, frame: &Frame) -> String {
        let summary = self.summaries.next(frame);
        let mut line = format!("{} -> {}  {} {}", frame.from, frame.to, summary.protocol, summary.info);
        if let Some(tcp) = summary.tcp.filter(|tcp| !tcp.rst) {
            line.push_str(&format!(" win={}", tcp.window));
        }
        match frame.impairment {
            Some(Impairment::Duplicate) => line.push_str(", second copy"),
            Some(Impairment::Reordered) => line.push_str(", held back"),
            Some(Impairment::Delayed { micros }) => {
                line.push_str(&format!(", held back for {}", span(micros)));
            }
            Some(Impairment::Corrupted { bit }) => line.push_str(&format!(", bit {bit} flipped on the way")),
            None => {}
        }
        match &frame.fate {
            // A captured frame is one that has arrived.
            Fate::Delivered { at } if *at == event.time => {}
            Fate::Delivered { at } => {
                line.push_str(&format!("  [arrives after {}]", span(at.since(event.time))));
            }
            Fate::Lost { why, .. } | Fate::Dropped { why, .. } => line.push_str(&format!("  [{why}]")),
        }
        if let Some(note) = &frame.note {
            line.push_str(&format!("  {note}"));
        }
        line
    }
}

/// A time as people say it: `500 µs`, `10 ms`, `10.464 ms`.
fn span(micros: u64) -> String {
    match (micros / 1000, micros % 1000) {
        (0, micros) => format!("{micros} µs"),
        (millis, 0) => format!("{millis} ms"),
        (millis, micros) => format!("{millis}.{micros:03} ms"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn spans_are_read_with_ease() {
        let said: Vec<_> = [0, 999, 1000, 10_464, 61_000_000].map(super::span).into();
        assert_eq!(said, ["0 µs", "999 µs", "1 ms", "10.464 ms", "61000 ms"]);
    }
}

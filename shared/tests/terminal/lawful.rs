//! What may differ from the Linux tools, and why: the one table.

/// How an answer is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// Line by line.
    Lines,
    /// Line by line, but in any order: the kernel's hash tables have none.
    Sorted,
    /// The first line only: what follows is the usage, which lists here what there is here.
    FirstLine,
}

/// A difference that may be, and how the Linux tool's line reads without it.
type Lawful = (&'static str, fn(&str) -> String);

const LAWFUL: [Lawful; 3] = [
    ("how long things took: 0.041 ms, rtt min/avg/max/mdev = …, time 1001ms", times),
    ("one end of a veth pair names the other, which a simulated card has not: eth0@if2", |line| {
        cut(line, "@if", |it| it.is_ascii_digit())
    }),
    ("and the namespace that this is in", |line| cut(line, " link-netns", |it| it != ' ')),
];

/// Each number of milliseconds as `T`.
fn times(line: &str) -> String {
    if line.starts_with("rtt ") {
        return line.split(" = ").next().unwrap_or_default().to_owned()
            + line.find(" ms").map_or("", |at| &line[at..]);
    }
    let words: Vec<&str> = line.split(' ').collect();
    let mut said: Vec<String> = Vec::new();
    for (number, word) in words.iter().enumerate() {
        let value = word.strip_prefix("time=").unwrap_or(word);
        let is_number = !value.is_empty() && value.chars().all(|it| it.is_ascii_digit() || it == '.');
        let took = is_number && words.get(number + 1).is_some_and(|unit| *unit == "ms")
            || value
                .strip_suffix("ms")
                .is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit()));
        said.push(if took { "T".to_owned() } else { (*word).to_owned() });
    }
    said.join(" ")
}

/// What the kernel says of the namespaces of other tests, which come and go meanwhile.
const STRAY: [&str; 1] = ["Error: Peer netns reference is invalid."];

/// Takes what begins so out, and what belongs to it.
fn cut(line: &str, begin: &str, part: fn(char) -> bool) -> String {
    let Some((before, rest)) = line.split_once(begin) else { return line.to_owned() };
    let rest = rest.trim_start_matches(part);
    // ` link-netnsid 0`: the word and its number.
    let rest = if begin.starts_with(' ') {
        rest.strip_prefix(' ').map_or(rest, |it| it.trim_start_matches(part))
    } else {
        rest
    };
    format!("{before}{rest}")
}

/// In columns of a width, a name that is shorter by this has as many spaces more.
fn without(line: &str) -> String {
    let mut line = line.to_owned();
    for (_, without) in LAWFUL {
        let before = line.len();
        let columns =
            line.find("@if").is_some_and(|at| line.get(..at).is_some_and(|name| !name.contains(' ')));
        line = without(&line);
        let shorter = before - line.len();
        // `ip -br` pads the name.
        if columns && let Some(at) = line.find(' ') {
            line.insert_str(at, &" ".repeat(shorter));
        }
    }
    line
}

/// Whether two answers are the same but for what may differ.
pub fn alike(theirs: &str, ours: &[String], compare: Compare) -> Result<(), String> {
    let mut theirs: Vec<String> = theirs.lines().filter(|line| !STRAY.contains(line)).map(without).collect();
    let mut ours: Vec<String> = ours.iter().flat_map(|line| line.split('\n')).map(times).collect();
    // A message that ends with an empty line.
    for lines in [&mut theirs, &mut ours] {
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
    }
    match compare {
        Compare::Lines => {}
        Compare::Sorted => {
            theirs.retain(|line| !line.is_empty());
            ours.retain(|line| !line.is_empty());
            theirs.sort();
            ours.sort();
        }
        Compare::FirstLine => {
            theirs.truncate(1);
            ours.truncate(1);
        }
    }
    if theirs == ours {
        Ok(())
    } else {
        let first = theirs.iter().zip(&ours).find(|(one, other)| one != other);
        Err(format!("{first:?}"))
    }
}

//! What the editor does, key by key, and what it never does whatever is pressed.

use proptest::prelude::*;

use super::*;

struct Words;

impl Complete for Words {
    fn candidates(&self, before: &[String], word: &str) -> Vec<String> {
        let all: &[&str] = if before.is_empty() {
            &["ping", "pinger", "route", "网络", "网线"]
        } else {
            &["alpha", "beta"]
        };
        all.iter().filter(|it| it.starts_with(word)).map(|it| (*it).to_owned()).collect()
    }
}

fn typed(text: &str) -> Editor {
    let mut editor = Editor::default();
    press(&mut editor, text);
    editor
}

fn press(editor: &mut Editor, text: &str) {
    for character in text.chars() {
        assert_eq!(editor.press(Key::Char(character), &()), Reaction::Edited);
    }
}

fn keys(editor: &mut Editor, keys: &[Key]) {
    for key in keys {
        editor.press(key.clone(), &Words);
    }
}

/// The line with `|` for the cursor.
fn seen(editor: &Editor) -> String {
    let screen = editor.screen();
    format!("{}{}|{}", screen.search.as_deref().unwrap_or_default(), screen.before, screen.behind)
}

#[test]
fn moves_and_takes_out() {
    let mut editor = typed("ip addr add 10.0.0.1/24");
    keys(&mut editor, &[Key::WordLeft]);
    assert_eq!(seen(&editor), "ip addr add 10.0.0.1/|24");
    keys(&mut editor, &[Key::Home, Key::WordRight, Key::WordRight]);
    assert_eq!(seen(&editor), "ip addr| add 10.0.0.1/24");
    keys(&mut editor, &[Key::Ctrl('w')]);
    assert_eq!(seen(&editor), "ip | add 10.0.0.1/24");
    keys(&mut editor, &[Key::Ctrl('k')]);
    assert_eq!(seen(&editor), "ip |");
    keys(&mut editor, &[Key::Ctrl('u'), Key::Ctrl('y')]);
    assert_eq!(
        seen(&editor),
        "ip addr add 10.0.0.1/24|",
        "what is killed one after another comes back together"
    );
    keys(&mut editor, &[Key::Ctrl('a'), Key::Delete, Key::Right, Key::Backspace, Key::Ctrl('d')]);
    assert_eq!(seen(&editor), "|addr add 10.0.0.1/24");
    keys(&mut editor, &[Key::End, Key::Ctrl('t')]);
    assert_eq!(seen(&editor), "addr add 10.0.0.1/42|");
}

#[test]
fn counts_columns_of_wide_and_joined_characters() {
    let mut editor = typed("nc 网络e\u{301}");
    assert_eq!(editor.screen().column, 8);
    keys(&mut editor, &[Key::Left]);
    assert_eq!((seen(&editor), editor.screen().column), ("nc 网络|e\u{301}".to_owned(), 7));
    keys(&mut editor, &[Key::Left]);
    assert_eq!(editor.screen().column, 5);
    keys(&mut editor, &[Key::End, Key::Backspace, Key::Backspace]);
    assert_eq!(seen(&editor), "nc 网|");
    // A family of three, one picture of two columns.
    let mut editor = typed("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}!");
    assert_eq!(editor.screen().column, 3);
    keys(&mut editor, &[Key::Left, Key::Backspace]);
    assert_eq!(seen(&editor), "|!");
}

#[test]
fn goes_through_the_history_and_back_to_what_was_typed() {
    let mut editor = Editor::default();
    for line in ["ping A", "ping A", " secret", "", "arp -a"] {
        press(&mut editor, line);
        assert_eq!(editor.press(Key::Enter, &()), Reaction::Line(line.to_owned()));
    }
    assert_eq!(editor.history().lines(), ["ping A", "arp -a"]);
    press(&mut editor, "ro");
    keys(&mut editor, &[Key::Up]);
    assert_eq!(seen(&editor), "arp -a|");
    keys(&mut editor, &[Key::Up]);
    assert_eq!(editor.press(Key::Up, &()), Reaction::Bell);
    assert_eq!(seen(&editor), "ping A|");
    keys(&mut editor, &[Key::Down, Key::Down]);
    assert_eq!(seen(&editor), "ro|");
    assert_eq!(editor.press(Key::Down, &()), Reaction::Bell);
}

#[test]
fn searches_the_history() {
    let mut editor =
        Editor::with_history(["ping A", "arp -a", "ping 服务器"].map(str::to_owned).to_vec().into());
    press(&mut editor, "x");
    keys(&mut editor, &[Key::Ctrl('r'), Key::Char('p'), Key::Char('i')]);
    assert_eq!(seen(&editor), "(reverse-i-search)`pi': |ping 服务器");
    assert_eq!(editor.screen().column, 24);
    keys(&mut editor, &[Key::Ctrl('r')]);
    assert_eq!(seen(&editor), "(reverse-i-search)`pi': |ping A");
    assert_eq!(editor.press(Key::Ctrl('r'), &()), Reaction::Bell);
    assert_eq!(seen(&editor), "(failed reverse-i-search)`pi': |ping A");
    keys(&mut editor, &[Key::Ctrl('g')]);
    assert_eq!(seen(&editor), "x|");
    keys(&mut editor, &[Key::Ctrl('r'), Key::Char('r'), Key::Char('z'), Key::Backspace]);
    assert_eq!(seen(&editor), "(reverse-i-search)`r': a|rp -a");
    assert_eq!(editor.press(Key::Enter, &()), Reaction::Line("arp -a".to_owned()));
}

#[test]
fn completes_a_word_and_lists_what_is_possible() {
    let mut editor = typed("p");
    assert_eq!(editor.press(Key::Tab, &Words), Reaction::Edited);
    assert_eq!(seen(&editor), "ping|");
    assert_eq!(editor.press(Key::Tab, &Words), Reaction::Bell);
    let both = ["ping", "pinger"].map(str::to_owned).to_vec();
    assert_eq!(editor.press(Key::Tab, &Words), Reaction::Candidates(both));
    press(&mut editor, "e");
    keys(&mut editor, &[Key::Tab, Key::Char('b'), Key::Tab]);
    assert_eq!(seen(&editor), "pinger beta |");
    let mut editor = typed("网");
    keys(&mut editor, &[Key::Tab, Key::Char('络'), Key::Tab]);
    assert_eq!(seen(&editor), "网络 |");
    assert_eq!(typed("z").press(Key::Tab, &Words), Reaction::Bell);
}

#[test]
fn enters_pasted_lines_one_after_another() {
    let mut editor = typed("a");
    let pasted = Key::Paste("rp -a\r\nping\t-c 1 B\x1b\nip a".to_owned());
    assert_eq!(editor.press(pasted, &()), Reaction::Line("arp -a".to_owned()));
    assert!(editor.waits());
    assert_eq!(editor.resume(), Reaction::Line("ping -c 1 B".to_owned()));
    assert_eq!(editor.resume(), Reaction::Edited);
    assert_eq!(seen(&editor), "ip a|");
    assert!(!editor.waits());
    keys(&mut editor, &[Key::Paste("\n".to_owned())]);
    assert!(!editor.waits(), "nothing is left behind the last line break");
}

#[test]
fn interrupts_ends_and_clears() {
    let mut editor = typed("ping");
    assert_eq!(editor.press(Key::Ctrl('l'), &()), Reaction::Clear);
    assert_eq!(editor.press(Key::Ctrl('d'), &()), Reaction::Bell, "nothing is behind the cursor");
    assert_eq!(editor.press(Key::Ctrl('c'), &()), Reaction::Interrupt("ping".to_owned()));
    assert_eq!(editor.press(Key::Ctrl('d'), &()), Reaction::EndOfInput);
}

fn any_key() -> impl Strategy<Value = Key> {
    let character = prop_oneof![
        3 => proptest::char::range('a', 'e'),
        1 => Just(' '),
        1 => proptest::sample::select(vec!['网', '络', '\u{301}', '\u{200d}', '\u{1f469}', '\t', '\n']),
        1 => any::<char>(),
    ];
    let text = proptest::collection::vec(character.clone(), 0..12).prop_map(String::from_iter);
    prop_oneof![
        8 => character.prop_map(Key::Char),
        2 => text.prop_map(Key::Paste),
        3 => proptest::sample::select("abcdefghijklmnoprtuwy".chars().collect::<Vec<_>>()).prop_map(Key::Ctrl),
        1 => proptest::sample::select(vec!['b', 'd', 'f', 'x']).prop_map(Key::Alt),
        8 => proptest::sample::select(vec![
            Key::Enter, Key::Backspace, Key::Delete, Key::Left, Key::Right, Key::Home, Key::End, Key::WordLeft,
            Key::WordRight, Key::Up, Key::Down, Key::Tab, Key::Escape,
        ]),
    ]
}

/// Keys that must change nothing but the cursor.
fn motion() -> impl Strategy<Value = Key> {
    let all = [Key::Left, Key::Right, Key::Home, Key::End, Key::WordLeft, Key::WordRight];
    proptest::sample::select(all.to_vec())
}

proptest! {
    /// Whatever is pressed, the cursor's column is the width of what stands before it, nothing unprintable is in the line,
    /// and a line that is given was the one on the screen.
    #[test]
    fn the_screen_is_right_whatever_is_pressed(all in proptest::collection::vec(any_key(), 0..80)) {
        let mut editor = Editor::default();
        for key in all {
            let before = editor.screen();
            let reaction = editor.press(key.clone(), &Words);
            let screen = editor.screen();
            let prompt = screen.search.as_deref().map_or(0, width);
            prop_assert_eq!(screen.column, prompt + width(&screen.before));
            prop_assert!(!screen.to_string().chars().any(char::is_control));
            match (key, reaction) {
                (Key::Enter, Reaction::Line(line)) => {
                    prop_assert_eq!(line, before.before + &before.behind);
                    prop_assert_eq!(screen.to_string(), "");
                }
                (Key::Enter, other) => prop_assert!(false, "{:?}", other),
                _ => {}
            }
        }
    }

    /// Moving about changes no text, however far it goes, and Home and End lead where they say.
    #[test]
    fn motions_change_no_text(
        all in proptest::collection::vec(any_key(), 0..40),
        moves in proptest::collection::vec(motion(), 0..20),
    ) {
        let mut editor = Editor::default();
        keys(&mut editor, &all);
        keys(&mut editor, &[Key::Escape]);
        let text = editor.screen().to_string();
        keys(&mut editor, &moves);
        prop_assert_eq!(editor.screen().to_string(), text.clone());
        keys(&mut editor, &[Key::Home]);
        prop_assert_eq!(editor.screen().column, 0);
        // Character by character to the end, and back by as many.
        let mut steps = 0;
        while editor.press(Key::Right, &()) == Reaction::Edited { steps += 1; }
        prop_assert_eq!(editor.screen().before, text);
        for _ in 0..steps { prop_assert_eq!(editor.press(Key::Left, &()), Reaction::Edited); }
        prop_assert_eq!(editor.screen().column, 0);
    }

    /// What Ctrl-U, Ctrl-K and Ctrl-W take out, Ctrl-Y brings back.
    #[test]
    fn what_is_killed_comes_back(
        all in proptest::collection::vec(any_key(), 0..40),
        moves in proptest::collection::vec(motion(), 0..8),
        kill in proptest::sample::select(vec!['u', 'k', 'w']),
    ) {
        let mut editor = Editor::default();
        keys(&mut editor, &all);
        keys(&mut editor, &[Key::Escape]);
        keys(&mut editor, &moves);
        let text = editor.screen().to_string();
        // Something that does not kill, so that only this is brought back.
        keys(&mut editor, &[Key::Alt('x')]);
        if editor.press(Key::Ctrl(kill), &()) == Reaction::Edited {
            prop_assert!(editor.screen().to_string().len() < text.len());
            prop_assert_eq!(editor.press(Key::Ctrl('y'), &()), Reaction::Edited);
        }
        prop_assert_eq!(editor.screen().to_string(), text);
    }

    /// The columns of a text are those of its characters when each stands alone.
    #[test]
    fn chinese_counts_double(text in "[a-z0-9 .]{0,20}[\u{4e00}-\u{9fff}]{0,20}") {
        let expected: usize = text.chars().map(|it| if it.is_ascii() { 1 } else { 2 }).sum();
        prop_assert_eq!(width(&text), expected);
        let mut editor = Editor::default();
        editor.press(Key::Paste(text), &());
        prop_assert_eq!(editor.screen().column, expected);
    }
}

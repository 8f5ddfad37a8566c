//! Exercises without end, marked at once, with a worked solution.

use firsthop_protocol::exercise::{Exercise, Kind, LEVELS, Verdict};
use yew::prelude::*;

use super::PartProps;
use crate::{
    controls::{Select, TextField},
    i18n::fill,
    settings::{use_language, use_messages},
};

/// The seed of an exercise that asks something else: of some kinds there are few easy ones.
fn another(than: &Exercise) -> u64 {
    let mut seeds = (1..100).map(|step| than.seed.wrapping_add(step));
    let asks = |seed: &u64| Exercise::new(than.kind, than.level, *seed).question;
    seeds.find(|seed| asks(seed) != than.question).unwrap_or(than.seed.wrapping_add(1))
}

/// One exercise at a time.
#[component]
pub(super) fn Practice(props: &PartProps) -> Html {
    let messages = use_messages().subnet;
    let language = use_language().value;
    let kind = Kind::from_name(&props.state.kind).unwrap_or(Kind::Network);
    let exercise = Exercise::new(kind, props.state.level, props.state.seed);
    let typed = use_state_eq(AttrValue::default);
    let verdict = use_state_eq(|| None::<Verdict>);
    let solved = use_state_eq(|| false);
    // Another exercise begins empty.
    use_effect_with((props.state.kind.clone(), props.state.level, props.state.seed), {
        let (typed, verdict, solved) = (typed.setter(), verdict.setter(), solved.setter());
        move |_| {
            typed.set(AttrValue::default());
            verdict.set(None);
            solved.set(false);
        }
    });
    let oninput = {
        let (typed, verdict) = (typed.setter(), verdict.setter());
        Callback::from(move |value| {
            typed.set(value);
            verdict.set(None);
        })
    };
    let onsubmit = {
        let (exercise, typed, verdict) = (exercise.clone(), (*typed).clone(), verdict.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            verdict.set(Some(exercise.mark(&typed)));
        })
    };
    let show = {
        let solved = solved.setter();
        Callback::from(move |_: MouseEvent| solved.set(true))
    };
    let next = {
        let (old, set, exercise) = (props.state.clone(), props.set.clone(), exercise.clone());
        Callback::from(move |_: MouseEvent| {
            set.emit(super::State { seed: another(&exercise), ..old.clone() });
        })
    };
    let kinds: Vec<_> = Kind::ALL
        .iter()
        .zip(messages.kinds.split('|'))
        .map(|(kind, name)| (kind.name().into(), name.into()))
        .collect();
    let levels: Vec<_> =
        (1..=LEVELS).map(|level| (level.to_string().into(), level.to_string().into())).collect();
    let on_kind = props.change(|state, value| state.kind = value.to_string());
    let on_level = props.change(|state, value| state.level = value.parse().unwrap_or(1));
    let (said, class) = match &*verdict {
        None => (String::new(), ""),
        Some(Verdict::Right) => (messages.right.to_owned(), "good"),
        Some(Verdict::Wrong) => (messages.wrong.to_owned(), "bad"),
        Some(Verdict::Unreadable { wanted }) => {
            (fill(messages.unreadable, &[("wanted", &language.say_exercise(wanted))]), "bad")
        }
    };
    html! {
        <section class="tool practice" aria-labelledby="practice-title">
            <h2 id="practice-title">{ messages.practice }</h2>
            <div class="choices">
                <Select name="kind" label={messages.practice_kind} options={kinds} value={kind.name()} onchange={on_kind} />
                <Select name="level" label={messages.practice_level} options={levels} value={exercise.level.to_string()} onchange={on_level} />
            </div>
            <p class="question">{ language.say_exercise(&exercise.question) }</p>
            <form {onsubmit}>
                <TextField id="answer" label={messages.answer} mono=true value={(*typed).clone()} {oninput} />
                <p class={class} role="status" data-verdict={class}>{ said }</p>
                <div class="buttons">
                    <button type="submit" class="primary">{ messages.check }</button>
                    <button type="button" data-do="solution" onclick={show}>{ messages.solution }</button>
                    <button type="button" data-do="next" onclick={next}>{ messages.next }</button>
                </div>
            </form>
            if *solved {
                <ol class="reasons">
                    for (index, step) in exercise.solution.iter().enumerate() { <li key={index}>{ language.say_exercise(step) }</li> }
                </ol>
            }
        </section>
    }
}

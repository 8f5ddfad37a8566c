//! One of several panels, the others hidden.

use yew::prelude::*;

use crate::platform;

/// What tabs need.
#[derive(Properties, PartialEq, Clone)]
pub struct TabsProps {
    /// What there is to choose from.
    pub label: AttrValue,
    /// An identifier, unique on the page. The panel beside the tabs has `{id}-panel`, see [`Panel`].
    pub id: AttrValue,
    /// Value and caption of each tab.
    pub tabs: Vec<(AttrValue, AttrValue)>,
    /// The tab whose panel is shown.
    pub value: AttrValue,
    /// A wish for another.
    pub onchange: Callback<AttrValue>,
}

/// A row of tabs; arrow keys go from one to the next.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let onkeydown = {
        let props = props.clone();
        Callback::from(move |event: KeyboardEvent| {
            let at = props.tabs.iter().position(|(value, _)| *value == props.value).unwrap_or(0);
            let last = props.tabs.len().saturating_sub(1);
            let to = match event.key().as_str() {
                "ArrowRight" if at < last => at + 1,
                "ArrowLeft" if at > 0 => at - 1,
                "ArrowRight" | "Home" => 0,
                "ArrowLeft" | "End" => last,
                _ => return,
            };
            if let Some((value, _)) = props.tabs.get(to) {
                event.prevent_default();
                props.onchange.emit(value.clone());
                platform::focus(&tab_id(&props.id, value));
            }
        })
    };
    html! {
        <div class="tabs" role="tablist" aria-label={props.label.clone()} {onkeydown}>
            for (value, caption) in props.tabs.clone() {
                <button
                    key={value.as_str()} type="button" role="tab" id={tab_id(&props.id, &value)}
                    aria-selected={if value == props.value { "true" } else { "false" }}
                    aria-controls={format!("{}-panel", props.id)} tabindex={if value == props.value { "0" } else { "-1" }}
                    onclick={props.onchange.reform(move |_: MouseEvent| value.clone())}
                >{ caption }</button>
            }
        </div>
    }
}

/// What a panel needs.
#[derive(Properties, PartialEq, Clone)]
pub struct PanelProps {
    /// The tabs' identifier.
    pub id: AttrValue,
    /// The tab whose panel this is.
    pub value: AttrValue,
    /// What is on the panel.
    pub children: Html,
}

/// What belongs to the tab chosen.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    html! {
        <div class="panel" role="tabpanel" id={format!("{}-panel", props.id)} aria-labelledby={tab_id(&props.id, &props.value)}>
            { props.children.clone() }
        </div>
    }
}

fn tab_id(tabs: &str, value: &str) -> String {
    format!("{tabs}-{value}")
}

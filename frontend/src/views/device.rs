//! A device looked into: every table that it has, as it is at an instant.

use firsthop_protocol::trace::{EventKind, Time};
use yew::prelude::*;

use crate::{
    settings::{use_language, use_messages},
    views::{
        SharedTrace,
        tables::{RowsView, VariablesView},
    },
};

/// Which device.
#[derive(Properties, PartialEq, Clone)]
pub struct DeviceTablesProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
    /// The device.
    pub node: AttrValue,
}

/// A table of one row with many columns is easier to read turned.
const TURNED: &str = "tcb";

/// All tables of a device, in the order in which it began to keep them.
#[component]
pub fn DeviceTables(props: &DeviceTablesProps) -> Html {
    let messages = use_messages().tables;
    let language = use_language().value;
    let tables =
        use_memo((props.trace.clone(), props.node.clone()), |(trace, node)| tables(trace, node.as_str()));
    if tables.is_empty() {
        return html! { <p class="hint">{ messages.empty }</p> };
    }
    let (trace, now, nodes) = (&props.trace, props.now, vec![props.node.to_string()]);
    html! {
        <div class="device-tables">
            for table in tables.iter() {
                if table == TURNED {
                    <VariablesView key={table.as_str()} trace={trace.clone()} {now} nodes={nodes.clone()} table={table.clone()} title={language.table(table).to_owned()} />
                } else {
                    <div key={table.as_str()} data-table={table.clone()}>
                        <h4>{ language.table(table).to_owned() }</h4>
                        <RowsView trace={trace.clone()} {now} nodes={nodes.clone()} table={table.clone()} title={language.table(table).to_owned()} />
                    </div>
                }
            }
        </div>
    }
}

fn tables(trace: &SharedTrace, node: &str) -> Vec<AttrValue> {
    let mut found: Vec<AttrValue> = Vec::new();
    for event in trace.events() {
        if let EventKind::Table(change) = &event.kind
            && change.node == node
            && !found.iter().any(|known| *known == change.table)
        {
            found.push(change.table.clone().into());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::sim::{Scenario, Simulation};

    use super::*;

    #[test]
    fn a_host_has_the_tables_that_it_filled() {
        let mut simulation = Simulation::new(Scenario::builtin("arp").unwrap(), 1).unwrap();
        simulation.run();
        let trace = SharedTrace::new(simulation.into_trace());
        assert!(tables(&trace, "client").iter().any(|table| table == "arp"));
        assert!(tables(&trace, "nobody").is_empty());
    }
}

//! Packets to begin with.

use firsthop_protocol::wire::LinkType;
use yew::prelude::*;

use super::hex::parse_hex;
use crate::{controls::Select, settings::use_messages};

/// The packet that the page opens with: the SYN of a handshake.
pub(super) const FIRST: &str = SYN;

const SYN: &str = "02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 3c 1a 2b 40 00 40 06 0c 8f 0a 00 00 01 0a 00 \
         00 02 c0 00 00 50 00 00 03 e8 00 00 00 00 a0 02 fa f0 32 85 00 00 02 04 05 b4 04 02 08 0a 00 0f \
         42 40 00 00 00 00 01 03 03 07";

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) onpick: Callback<(LinkType, Vec<u8>)>,
}

/// Name and bytes of each sample.
const SAMPLES: [(&str, &str); 4] = [
    ("TCP SYN", SYN),
    (
        "ARP request",
        "ff ff ff ff ff ff 02 00 00 00 00 01 08 06 00 01 08 00 06 04 00 01 02 00 00 00 00 01 0a 00 00 01 \
         00 00 00 00 00 00 0a 00 00 02",
    ),
    (
        "ICMP echo request",
        "02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 24 00 01 40 00 40 01 26 d6 0a 00 00 01 0a 00 \
         00 02 08 00 3b 48 00 01 00 01 66 69 72 73 74 68 6f 70",
    ),
    (
        "UDP, TFTP read request",
        "02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 2e 00 02 40 00 40 11 26 bb 0a 00 00 01 0a 00 \
         00 02 c0 01 00 45 00 1a a7 2d 00 01 68 65 6c 6c 6f 2e 74 78 74 00 6f 63 74 65 74 00",
    ),
];

/// A list of samples by protocol.
#[component]
pub(super) fn Samples(props: &Props) -> Html {
    let messages = use_messages().packets;
    let first = [(AttrValue::from(""), AttrValue::from(messages.choose))];
    let names = SAMPLES.iter().map(|(name, _)| (AttrValue::from(*name), AttrValue::from(*name)));
    let onchange = {
        let onpick = props.onpick.clone();
        Callback::from(move |chosen: AttrValue| {
            let sample = SAMPLES.iter().find(|(name, _)| *name == chosen.as_str());
            if let Some(bytes) = sample.and_then(|(_, hex)| parse_hex(hex).ok()) {
                onpick.emit((LinkType::Ethernet, bytes));
            }
        })
    };
    html! { <Select name="sample" label={messages.sample} options={first.into_iter().chain(names).collect::<Vec<_>>()} value="" {onchange} /> }
}

#[cfg(test)]
mod tests {
    use firsthop_protocol::wire::{Problem, dissect};

    use super::*;

    #[test]
    fn samples_are_sound() {
        for (name, hex) in SAMPLES {
            let dissection = dissect(LinkType::Ethernet, &parse_hex(hex).unwrap());
            let problems: Vec<&Problem> = dissection.problems().collect();
            assert!(problems.is_empty(), "{name}: {problems:?}");
        }
    }
}

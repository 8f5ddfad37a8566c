//! What a device looks like: the signs that textbooks and vendors share, 44 by 36 around the point where it stands.

use yew::prelude::*;

use super::Kind;

/// The sign of a device.
pub fn icon(kind: Kind) -> Html {
    match kind {
        Kind::Host => html! {
            <>
                <rect class="body" x="-20" y="-17" width="40" height="26" rx="3" />
                <path class="sign" d="M-5 9 L-7 16 H7 L5 9 M-12 16 H12" />
            </>
        },
        Kind::Router => html! {
            <>
                <circle class="body" r="20" />
                <path class="sign" d="M-14 0 H-4 M-8 -4 L-4 0 L-8 4 M14 0 H4 M8 -4 L4 0 L8 4 M0 -4 V-15 M-4 -11 L0 -15 L4 -11 M0 4 V15 M-4 11 L0 15 L4 11" />
            </>
        },
        Kind::Switch => html! {
            <>
                <rect class="body" x="-22" y="-16" width="44" height="32" rx="3" />
                <path class="sign" d="M-15 -7 H13 M9 -11 L13 -7 L9 -3 M15 7 H-13 M-9 3 L-13 7 L-9 11" />
            </>
        },
        Kind::Hub => html! {
            <>
                <rect class="body" x="-22" y="-16" width="44" height="32" rx="3" />
                <path class="sign" d="M-15 0 H15 M11 -4 L15 0 L11 4 M-11 -4 L-15 0 L-11 4" />
            </>
        },
        Kind::Cloud => html! {
            <path class="body" d="M-16 14 C-28 14 -27 -2 -16 -3 C-14 -16 4 -19 9 -9 C20 -13 27 -1 20 4 C26 10 20 14 15 14 Z" />
        },
    }
}

//! Play, pause, step, rewind and scrub through a trace.
//!
//! The player moves along the ladder's scale, at even speed: long waits are crossed as quickly as they are drawn, so nobody
//! sits through the four minutes of TIME-WAIT.

mod bar;
mod state;

pub use bar::PlayerBar;
pub use state::{Action, Player, SPEEDS};

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    platform::{prefers_reduced_motion, use_animation_frames},
    views::ladder::Scale,
};

/// A player, and how to steer it. It plays by itself while it is told to.
#[hook]
pub fn use_player() -> UseReducerHandle<Player> {
    let player = use_reducer(|| Player { stepwise: prefers_reduced_motion(), ..Player::default() });
    let dispatcher = player.dispatcher();
    let tick = use_callback((), move |millis: f64, ()| dispatcher.dispatch(Action::Tick(millis)));
    use_animation_frames(player.playing, tick);
    player
}

/// A player of a trace that grows while it is watched: it stays at the end, and plays back once it is told to.
#[hook]
pub fn use_following_player(scale: &Scale) -> UseReducerHandle<Player> {
    let player = use_player();
    use_effect_with(scale.clone(), {
        let player = player.dispatcher();
        move |scale: &Scale| player.dispatch(Action::Follow(scale.clone()))
    });
    player
}

impl Reducible for Player {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let next = self.after(action);
        if next == *self { self } else { Rc::new(next) }
    }
}

//! The player's state and what each action makes of it.

use firsthop_protocol::trace::Time;

use crate::views::ladder::Scale;

/// Speeds to choose from, in steps of a doubling.
pub const SPEEDS: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];

/// Heights of the ladder crossed in a second at speed 1.
const PER_SECOND: f64 = 60.0;

/// Where a player is.
#[derive(Debug, Clone, PartialEq)]
pub struct Player {
    /// The scale it moves along.
    pub scale: Scale,
    /// How far it has come on the scale.
    pub at: f64,
    /// Whether it moves by itself.
    pub playing: bool,
    /// How fast.
    pub speed: f64,
    /// Whether it shows, while it plays, only the instants at which something happens, and no motion between them: for
    /// those who asked their system for less of it.
    pub stepwise: bool,
}

/// What can be done with a player.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Takes a new trace's scale and goes to its beginning, playing or not.
    Load {
        /// The scale.
        scale: Scale,
        /// Whether to play at once.
        play: bool,
    },
    /// Takes the scale of a trace that has grown, and goes to its end.
    Follow(Scale),
    /// So many milliseconds went by on the learner's clock.
    Tick(f64),
    /// Plays, or pauses; from the end, plays again from the beginning.
    Toggle,
    /// To the next instant at which something happens.
    Forward,
    /// To the last instant at which something happened.
    Back,
    /// To the beginning.
    Rewind,
    /// To the end.
    End,
    /// To an instant.
    Seek(Time),
    /// To a share of the scale, from 0 to 1000.
    Scrub(i64),
    /// Another speed.
    Speed(f64),
}

impl Default for Player {
    fn default() -> Self {
        Self { scale: Scale::default(), at: 0.0, playing: false, speed: 1.0, stepwise: false }
    }
}

impl Player {
    /// The instant it shows.
    pub fn now(&self) -> Time {
        let now = self.scale.time(self.at);
        if self.stepwise && self.playing {
            return self.scale.instants().rev().find(|instant| *instant <= now).unwrap_or(now);
        }
        now
    }

    /// How far along the scale the instant is that it shows.
    fn shown_at(&self) -> f64 {
        if self.stepwise && self.playing { self.scale.y(self.now()) } else { self.at }
    }

    /// How far it has come, from 0 to 1000.
    pub fn share(&self) -> i64 {
        let height = self.scale.height();
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1000")]
        let share = if height > 0.0 { (self.shown_at() / height * 1000.0).round() as i64 } else { 0 };
        share
    }

    /// What an action makes of it.
    #[must_use]
    pub fn after(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Load { scale, play } => next = Self { at: 0.0, playing: play, scale, ..next },
            Action::Follow(scale) => next = Self { at: scale.height(), playing: false, scale, ..next },
            Action::Tick(millis) if self.playing => {
                next.at += millis / 1000.0 * PER_SECOND * self.speed;
                next.playing = next.at < self.scale.height();
            }
            Action::Tick(_) => {}
            Action::Toggle => {
                next.playing = !self.playing;
                if next.playing && self.at >= self.scale.height() {
                    next.at = 0.0;
                }
            }
            Action::Forward => next.go(self.scale.instants().find(|instant| *instant > self.now())),
            Action::Back => next.go(self.scale.instants().rev().find(|instant| *instant < self.now())),
            Action::Rewind => next.go(Some(Time::ZERO)),
            Action::End => next.go(self.scale.instants().next_back()),
            Action::Seek(time) => next.go(Some(time)),
            Action::Scrub(share) => {
                #[expect(clippy::cast_precision_loss, reason = "from 0 to 1000")]
                let share = share as f64 / 1000.0;
                next.at = share * self.scale.height();
                next.playing = false;
            }
            Action::Speed(speed) => next.speed = speed,
        }
        next.at = next.at.clamp(0.0, next.scale.height());
        next
    }

    fn go(&mut self, instant: Option<Time>) {
        self.playing = false;
        if let Some(instant) = instant {
            self.at = self.scale.y(instant);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn player() -> Player {
        let scale = Scale::new(vec![Time(0), Time(50_000), Time(60_000_000)]);
        Player::default().after(Action::Load { scale, play: true })
    }

    #[test]
    fn plays_to_the_end_and_stops_there() {
        let mut player = player();
        for _ in 0..100 {
            player = player.after(Action::Tick(100.0));
        }
        assert_eq!(player.now(), Time(60_000_000));
        assert!(!player.playing);
        assert!(player.after(Action::Toggle).now() == Time::ZERO, "playing again begins at the beginning");
    }

    #[test]
    fn steps_go_from_instant_to_instant() {
        let player = player().after(Action::Forward);
        assert_eq!(player.now(), Time(50_000));
        assert!(!player.playing);
        assert_eq!(player.after(Action::Forward).now(), Time(60_000_000));
        assert_eq!(player.after(Action::Back).now(), Time(0));
        assert_eq!(
            player.after(Action::Back).after(Action::Back).now(),
            Time(0),
            "there is nothing before the beginning"
        );
    }

    #[test]
    fn where_motion_is_unwelcome_it_goes_from_instant_to_instant() {
        let instants = [Time(0), Time(50_000), Time(60_000_000)];
        let mut player = Player { stepwise: true, ..player() };
        let mut seen = vec![player.now()];
        while player.playing {
            player = player.after(Action::Tick(40.0));
            seen.push(player.now());
        }
        seen.dedup();
        assert_eq!(seen, instants);
    }

    #[test]
    fn scrubbing_pauses() {
        let player = player().after(Action::Scrub(1000));
        assert_eq!(player.now(), Time(60_000_000));
        assert!(!player.playing);
        assert_eq!(player.share(), 1000);
    }
}

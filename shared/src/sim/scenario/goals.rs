//! Whether the goals of a scenario can be understood, and whether what they are about is there.

use super::{
    Place, Problem, Scenario,
    check::{Checked, range},
};
use crate::goal::Goal;

const MOST_GOALS: u64 = 100;
const MOST_POINTS: u32 = 1000;
const LONGEST_TITLE: u64 = 200;

pub(super) fn check(scenario: &Scenario) -> Checked {
    let top = Place::default().key("goal");
    range(scenario.goals.len() as u64, 0, MOST_GOALS, &top)?;
    let machines: Vec<&str> = scenario.devices().map(|device| device.name).collect();
    let links: Vec<&str> = scenario.links.iter().map(|link| link.name.as_str()).collect();
    for (number, spec) in scenario.goals.iter().enumerate() {
        let place = top.number(number);
        range(spec.title.chars().count() as u64, 1, LONGEST_TITLE, &place.key("title"))?;
        range(u64::from(spec.points), 0, u64::from(MOST_POINTS), &place.key("points"))?;
        let goal = spec.must.parse::<Goal>().and_then(|goal| goal.check_names(&machines, &links));
        goal.map_err(|error| place.key("must").says(Problem::Goal(Box::new(error))))?;
    }
    Ok(())
}

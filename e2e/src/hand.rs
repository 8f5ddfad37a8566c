//! What a learner's hands do: real keys and a real pointer, nothing that only a script could.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result};
use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    key::Key,
};
use serde_json::{Value, json};

use crate::Browser;

/// Where an element is in the window, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Its left edge.
    pub x: f64,
    /// Its top edge.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl Place {
    /// The point in its middle.
    pub fn middle(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

impl Browser {
    /// Clicks an element.
    ///
    /// # Errors
    /// When it does not appear, or something covers it.
    pub async fn click(&self, css: &str) -> Result<()> {
        loop {
            match self.find(css).await?.click().await {
                // The page was drawn again between finding and clicking: a person would not notice.
                Err(error) if error.is_stale_element_reference() => {}
                outcome => return outcome.with_context(|| format!("cannot click `{css}`")),
            }
        }
    }

    /// Presses a key and lets it go, wherever the focus is.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn tap(&self, key: Key) -> Result<()> {
        self.chord(&[key]).await
    }

    /// Presses keys one after the other, then lets them all go: Shift and Tab.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn chord(&self, keys: &[Key]) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".into());
        for key in keys {
            actions = actions.then(KeyAction::Down { value: char::from(*key) });
        }
        for key in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value: char::from(*key) });
        }
        Ok(self.client.perform_actions(actions).await?)
    }

    /// Types text into a field in place of what is there.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn type_into(&self, css: &str, text: &str) -> Result<()> {
        let field = self.find(css).await?;
        let control = char::from(Key::Control);
        // The null key lets go of the control key again.
        let keys = format!("{control}a{}{}{text}", char::from(Key::Null), char::from(Key::Delete));
        Ok(field.send_keys(&keys).await?)
    }

    /// Pastes text into a field in place of what is there.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn paste(&self, css: &str, text: &str) -> Result<()> {
        let script = "const field = arguments[0]; field.focus(); field.select();
            document.execCommand('insertText', false, arguments[1]);";
        let field = json!(self.find(css).await?);
        Ok(self.client.execute(script, vec![field, json!(text)]).await.map(drop)?)
    }

    /// Chooses from a list by a value.
    ///
    /// # Errors
    /// When there is no such list or value.
    pub async fn pick_option(&self, css: &str, value: &str) -> Result<()> {
        let list = self.find(css).await?;
        list.select_by_value(value).await.with_context(|| format!("`{css}` has no {value}"))
    }

    /// Where an element is in the window, after it is scrolled there.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn place(&self, css: &str) -> Result<Place> {
        self.find(css).await?;
        let script = "const e = document.querySelector(arguments[0]);
            const seen = b => b.top >= 0 && b.bottom <= innerHeight;
            if (!seen(e.getBoundingClientRect())) e.scrollIntoView({ block: 'center', behavior: 'instant' });
            const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height];";
        let found = self.client.execute(script, vec![json!(css)]).await?;
        let [x, y, width, height]: [f64; 4] = serde_json::from_value(found)?;
        Ok(Place { x, y, width, height })
    }

    /// Moves the pointer over an element.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn point_at(&self, css: &str) -> Result<()> {
        let (x, y) = self.place(css).await?.middle();
        let actions = MouseActions::new("mouse".into()).then(moved(x, y));
        Ok(self.client.perform_actions(actions).await?)
    }

    /// Presses the pointer's button at one point, lets go at another.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn drag(&self, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        let half = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
        let actions = MouseActions::new("mouse".into())
            .then(moved(from.0, from.1))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(moved(half.0, half.1))
            .then(moved(to.0, to.1))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        Ok(self.client.perform_actions(actions).await?)
    }

    /// The texts of all elements that match, as they are seen.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn texts(&self, css: &str) -> Result<Vec<String>> {
        let all = format!("[...document.querySelectorAll({})].map(e => e.innerText.trim())", json!(css));
        Ok(serde_json::from_value(self.value(&all).await?)?)
    }

    /// The text of the one element that matches.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn text(&self, css: &str) -> Result<String> {
        self.find(css).await?;
        let texts = self.texts(css).await?;
        texts.into_iter().next().with_context(|| format!("`{css}` is gone again"))
    }

    /// An attribute of an element; none where it has not that one.
    ///
    /// # Errors
    /// When the element does not appear.
    pub async fn attribute(&self, css: &str, name: &str) -> Result<Option<String>> {
        Ok(self.find(css).await?.attr(name).await?)
    }

    /// Waits until a JavaScript expression has a value; says what it had instead.
    ///
    /// # Errors
    /// When it does not come to that.
    pub async fn until_is(&self, expression: &str, wanted: impl Into<Value>) -> Result<()> {
        let wanted = wanted.into();
        let same = format!("JSON.stringify({expression}) === JSON.stringify({wanted})");
        match self.until(&same).await {
            Ok(()) => Ok(()),
            Err(error) => {
                let found = self.value(expression).await.unwrap_or(Value::Null);
                Err(error.context(format!("`{expression}` is {found}, not {wanted}")))
            }
        }
    }

    /// How many elements match now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.client.find_all(Locator::Css(css)).await?.len())
    }

    /// What a learner would paste now.
    ///
    /// # Errors
    /// When the browser does not let tests read the clipboard.
    pub async fn clipboard(&self) -> Result<String> {
        let permission = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.devtools("Browser.grantPermissions", permission).await?;
        let read = "const done = arguments[arguments.length - 1];
            navigator.clipboard.readText().then(done, error => done('! ' + error));";
        let text = self.client.execute_async(read, vec![]).await?;
        text.as_str().map(str::to_owned).context("the clipboard holds no text")
    }

    /// Gives a file to a field that asks for one.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn upload(&self, css: &str, file: &Path) -> Result<()> {
        let path = file.to_str().context("a strange name")?;
        Ok(self.find(css).await?.send_keys(path).await?)
    }

    /// Tells pages that the learner asked the system for less motion.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn less_motion(&self) -> Result<()> {
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.devtools("Emulation.setEmulatedMedia", features).await.map(drop)
    }

    /// Whether the element with the focus shows it: an outline, or something painted around it.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn focus_is_seen(&self) -> Result<bool> {
        let script = "(() => {
            const ring = e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; };
            const e = document.activeElement;
            if (e instanceof SVGElement) {
                // Drawn things have no outline; they look otherwise than their like.
                const like = [...document.querySelectorAll(`${e.localName}[tabindex]`)].find(other => other !== e);
                const look = g => [...g.querySelectorAll('*')].map(x => { const s = getComputedStyle(x);
                    return [s.strokeWidth, s.stroke, s.fill, s.fontWeight, s.filter].join(); }).sort().join();
                return ring(e) || (like !== undefined && look(e) !== look(like));
            }
            // What is not seen itself shows it by what stands for it.
            const stands = e.matches('[type=radio], .sr-only') ? e.nextElementSibling : null;
            return stands ? [stands, ...stands.children].some(ring) : ring(e);
        })()";
        Ok(self.value(script).await? == Value::Bool(true))
    }
}

fn moved(x: f64, y: f64) -> PointerAction {
    PointerAction::MoveTo { duration: Some(Duration::ZERO), x, y }
}

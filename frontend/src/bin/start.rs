//! What every visit loads first: the pages that need neither the dissector nor the simulator. Small, so that the first
//! page is there at once; the other pages are the whole app's, which takes this one's place when one is opened.

fn main() {
    #[cfg(target_arch = "wasm32")]
    firsthop_app::start();
}

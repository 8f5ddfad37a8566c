//! The browser app of Firsthop: starts it. Everything is in the library, so that it is tested natively too.

fn main() {
    #[cfg(target_arch = "wasm32")]
    firsthop_app::run();
}

//! Says what a test left out, where the end of `npm test` lists it.

use std::fs::OpenOptions;
use std::io::Write;

/// `test` is the file, relative to the repository; `needs` what is missing.
pub fn record(test: &str, needs: &str, reason: &str) {
    let entry = serde_json::json!({ "test": test, "needs": needs, "reason": reason });
    match std::env::var_os("FRAMERAIL_LEFT_OUT_FILE") {
        Some(path) => {
            let mut file =
                OpenOptions::new().append(true).create(true).open(path).expect("the list of what is left out");
            writeln!(file, "{entry}").expect("a line in the list");
        }
        // Unlike eprintln's, this isn't swallowed for a test that passes.
        None => writeln!(std::io::stderr(), "left out: {entry}").expect("stderr"),
    }
}

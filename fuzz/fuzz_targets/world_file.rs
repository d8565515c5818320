//! Is there a world file that breaks its reader, its checks, or its writer?
//!
//! What follows a NUL byte is a merge patch for the built-in world, as the control API takes it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;
use standin::directory::Directory;
use standin::directory::world::{self, World};

static PLAIN: LazyLock<Value> = LazyLock::new(|| world::plain().expect("the built-in world").to_value());

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(input) else { return Corpus::Reject };
    match text.strip_prefix('\0') {
        Some(patch) => patched(patch),
        None => read(text),
    }
    Corpus::Keep
});

fn read(text: &str) {
    match world::read(text) {
        Ok(world) => written(world),
        Err(problems) => assert!(!problems.is_empty()),
    }
}

fn patched(patch: &str) {
    let Ok(patch) = serde_json::from_str(patch) else { return };
    let mut value = PLAIN.clone();
    world::merge(&mut value, patch);
    if let Ok(world) = world::from_value(value) {
        written(world);
    }
}

/// What was read is written as a file that says the same, checked or not.
fn written(mut world: World) {
    assert_eq!(world::from_value(world.to_value()).as_ref(), Ok(&world));
    as_toml(&world);
    world.complete();
    if let Ok(directory) = Directory::new(world) {
        as_toml(directory.world());
    }
}

/// TOML has no word for nothing, which a claim may be.
fn as_toml(world: &World) {
    if !says_nothing(&world.to_value()) {
        let file = world.to_toml();
        assert_eq!(world::read(&file).as_ref(), Ok(world), "{file}");
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(says_nothing),
        Value::Object(members) => members.values().any(says_nothing),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

//! The program: arguments in, exit code out. Everything else is [`standin::cli`].

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A third of what a request costs besides its signatures is pieces of memory, and this one is twice as quick with them as
/// most systems' own. Only the program has it: whoever starts servers in their own process chooses for that.
#[global_allocator]
static HEAP: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    standin::cli::run(std::env::args_os().collect())
}

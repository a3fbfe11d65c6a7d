//! The score of the plan reader without the rest of `xtask`.

#[path = "../../../xtask/src/plan_score.rs"]
mod plan_score;

fn main() -> Result<(), String> {
    plan_score::run(&std::env::args().skip(1).collect::<Vec<_>>())
}

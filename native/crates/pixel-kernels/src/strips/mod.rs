//! A chain of operations worked through row by row: a target row asks for the rows it needs, so that a whole
//! intermediate frame never exists and the rows in use stay in the processor's cache.

mod chain;
mod moves;
mod plan;
mod scale_stage;
mod source;
mod target;

pub(crate) use plan::Plan;

use napi::bindgen_prelude::Object;
use napi_derive::napi;
use pixel_kernels::InstructionSet;

/// Raised with every change of what JavaScript may call, or how; the loader refuses another number.
const ABI_VERSION: u32 = 5;

/// Puts the constants beside the functions, under the names that JavaScript gives constants.
#[napi(module_exports)]
pub fn add_constants(mut exports: Object<'_>) -> napi::Result<()> {
    exports.set("abiVersion", ABI_VERSION)?;
    exports.set("version", env!("CARGO_PKG_VERSION"))
}

/// What this processor has, best first.
#[napi(catch_unwind)]
pub fn instruction_sets() -> Vec<&'static str> {
    InstructionSet::available().into_iter().map(InstructionSet::name).collect()
}

//! Typed arrays copied into tables of the addon's own.

use napi::JsValue;
use napi::bindgen_prelude::{FromNapiValue, Int16Array, Int32Array, Uint16Array, Uint32Array};

use crate::argument::Argument;
use crate::failure::{Failure, Outcome};

/// Copies a typed array of one kind.
fn copied<A, T>(argument: &Argument<'_>, kind: &str) -> Outcome<Vec<T>>
where
    A: FromNapiValue + AsRef<[T]>,
    T: Copy,
{
    let expected = || argument.unlike(kind);
    if !argument.value().is_typedarray()? {
        return Err(expected());
    }
    let array = A::from_unknown(argument.value()).map_err(|_| expected())?;
    Ok(array.as_ref().to_vec())
}

pub fn u16s(argument: &Argument<'_>) -> Outcome<Vec<u16>> {
    copied::<Uint16Array, u16>(argument, "a Uint16Array")
}

pub fn i16s(argument: &Argument<'_>) -> Outcome<Vec<i16>> {
    copied::<Int16Array, i16>(argument, "an Int16Array")
}

pub fn u32s(argument: &Argument<'_>) -> Outcome<Vec<u32>> {
    copied::<Uint32Array, u32>(argument, "a Uint32Array")
}

/// Twelve numbers of an Int32Array.
pub fn coefficients(argument: &Argument<'_>) -> Outcome<[i32; 12]> {
    twelve::<Int32Array, i32>(argument, "an Int32Array of 12 coefficients")
}

/// Twelve numbers of a Uint16Array.
pub fn fractions(argument: &Argument<'_>) -> Outcome<[u16; 12]> {
    twelve::<Uint16Array, u16>(argument, "a Uint16Array of 12 fractions")
}

fn twelve<A, T>(argument: &Argument<'_>, expected: &str) -> Outcome<[T; 12]>
where
    A: FromNapiValue + AsRef<[T]>,
    T: Copy,
{
    let numbers = copied::<A, T>(argument, expected)?;
    let count = numbers.len();
    <[T; 12]>::try_from(numbers)
        .map_err(|_| Failure::argument(format!("{expected} for {}", argument.name()), format!("one of {count}")))
}

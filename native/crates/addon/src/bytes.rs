use std::ptr;

use napi::bindgen_prelude::{FromNapiValue, JsObjectValue, Object, ToNapiValue, TypedArrayType, Uint8Array, Unknown};
use napi::{Env, JsValue, ValueType, sys};

use crate::argument::Argument;
use crate::failure::{Failure, Outcome};

/// A Uint8Array of JavaScript's, held so that its memory can't be collected.
///
/// It is never made into a reference here: JavaScript may write to it at any time. Whoever makes slices of it
/// has a [`crate::loan::Loan`] first, which keeps the addon's own accesses apart, and the documented contract
/// that JavaScript leaves the bytes alone until the call settles.
pub struct Bytes {
    start: *mut u8,
    length: usize,
    /// Released on the thread that it came from.
    view: Uint8Array,
}

// SAFETY: the address is only followed inside a loan, and the reference to the view is released through
// napi's own queue when it is dropped on another thread.
unsafe impl Send for Bytes {}

impl Bytes {
    pub fn from_argument(argument: &Argument<'_>) -> Outcome<Self> {
        let value = argument.value();
        let expected = "a Uint8Array";
        if value.get_type()? != ValueType::Object || !value.is_typedarray()? {
            return Err(argument.unlike(expected));
        }
        let (kind, array_buffer) = look(&value)?;
        if kind != TypedArrayType::Uint8 {
            return Err(Failure::argument(
                format!("{expected} for {}", argument.name()),
                format!("a {}Array", kind.as_ref()),
            ));
        }
        // The memory behind a resizable buffer can be taken away while it is in use.
        if Object::from_unknown(array_buffer)?.get_named_property_unchecked::<Option<bool>>("resizable")? == Some(true)
        {
            return Err(Failure::argument(
                format!("{expected} over an ArrayBuffer of fixed length for {}", argument.name()),
                "one over a resizable ArrayBuffer",
            ));
        }
        let mut view = Uint8Array::from_unknown(value)?;
        // SAFETY: the slice isn't kept, only its address and length are.
        let slice = unsafe { view.as_mut() };
        let (start, length) = (slice.as_mut_ptr(), slice.len());
        Ok(Self { start, length, view })
    }

    /// The same array looked at again: its memory may have been taken away since. On the array's own thread.
    pub fn again(&mut self, env: &Env, name: &str) -> Outcome<Self> {
        // SAFETY: the view is of this environment, whose thread this is; the value is used at once.
        let value = unsafe {
            let value = ToNapiValue::to_napi_value(env.raw(), &mut self.view)?;
            Unknown::from_raw_unchecked(env.raw(), value)
        };
        Self::from_argument(&Argument::new(value, name))
    }

    pub fn start(&self) -> *mut u8 {
        self.start
    }

    pub fn len(&self) -> usize {
        self.length
    }
}

/// The ArrayBuffer or SharedArrayBuffer behind a typed array.
pub fn buffer_of<'env>(array: &Unknown<'env>) -> Outcome<Unknown<'env>> {
    Ok(look(array)?.1)
}

/// The kind of a typed array, and the ArrayBuffer or SharedArrayBuffer behind it.
fn look<'env>(value: &Unknown<'env>) -> Outcome<(TypedArrayType, Unknown<'env>)> {
    let raw = value.value();
    let (mut kind, mut buffer) = (0, ptr::null_mut());
    // SAFETY: the value is a typed array of this environment, and the outputs that aren't wanted may be null.
    let (status, buffer) = unsafe {
        let status = sys::napi_get_typedarray_info(
            raw.env,
            raw.value,
            &mut kind,
            ptr::null_mut(),
            ptr::null_mut(),
            &mut buffer,
            ptr::null_mut(),
        );
        (status, Unknown::from_raw_unchecked(raw.env, buffer))
    };
    match status {
        sys::Status::napi_ok => Ok((TypedArrayType::from(kind), buffer)),
        status => Err(napi::Error::new(napi::Status::from(status), "the typed array can't be looked at").into()),
    }
}

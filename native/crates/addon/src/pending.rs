use std::sync::Arc;

use napi::bindgen_prelude::{Object, ToNapiValue};
use napi::{Env, JsDeferred, sys};

use crate::bytes::Bytes;
use crate::failure::{Failure, Outcome};
use crate::loan::Loan;
use crate::teardown::{Gate, TeardownHook};

type Resolver<T> = Box<dyn FnOnce(Env) -> napi::Result<T>>;

/// A promise that another thread settles, with the memory that is lent until then. While it is unsettled it
/// keeps the process alive, as any pending I/O does.
pub struct Pending<T: ToNapiValue + Send + 'static> {
    deferred: JsDeferred<T, Resolver<T>>,
    loan: Loan,
    memory: Vec<Bytes>,
    hook: TeardownHook,
    gate: Arc<Gate>,
}

impl<T: ToNapiValue + Send + 'static> Pending<T> {
    /// `cancel` makes the call finish soon when JavaScript's environment ends before it.
    pub fn new<'env>(
        env: &'env Env,
        loan: Loan,
        memory: Vec<Bytes>,
        cancel: impl Fn() + Send + Sync + 'static,
    ) -> Outcome<(Self, Object<'env>)> {
        let (deferred, promise) = env.create_deferred()?;
        let gate = Arc::new(Gate::default());
        let hook = TeardownHook::register(*env, Arc::clone(&gate), Box::new(cancel))?;
        Ok((Self { deferred, loan, memory, hook, gate }, promise))
    }

    /// From any thread, once nothing touches the memory any more.
    pub fn settle(self, result: Outcome<T>) {
        let Self { deferred, loan, memory, hook, gate } = self;
        drop(loan);
        gate.open();
        deferred.resolve(Box::new(move |env| {
            hook.release(env);
            drop(memory);
            result.map_err(|failure| failure.into_rejection(env))
        }));
    }
}

/// A promise that is rejected already: what returns promises throws nothing, bad arguments included.
pub fn rejected(env: &Env, failure: Failure) -> napi::Result<Object<'_>> {
    let (mut deferred, mut promise) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: on the environment's thread, inside a call from JavaScript; the deferred is settled at once.
    unsafe {
        napi::check_status!(sys::napi_create_promise(env.raw(), &mut deferred, &mut promise))?;
        let error = ToNapiValue::to_napi_value(env.raw(), napi::Error::from(failure))?;
        napi::check_status!(sys::napi_reject_deferred(env.raw(), deferred, error))?;
    }
    Ok(Object::from_raw(env.raw(), promise))
}

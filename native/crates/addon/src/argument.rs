use std::fmt::Display;
use std::ops::RangeInclusive;

use napi::bindgen_prelude::{FromNapiValue, JsObjectValue, Object, Unknown};
use napi::{JsValue, ValueType};

use crate::failure::{Failure, Outcome};

/// An argument, or a part of one, with the name that complaints call it by.
pub struct Argument<'env> {
    value: Unknown<'env>,
    name: String,
}

impl<'env> Argument<'env> {
    pub fn new(value: Unknown<'env>, name: &str) -> Self {
        Self { value, name: name.to_owned() }
    }

    pub fn value(&self) -> Unknown<'env> {
        self.value
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_undefined(&self) -> Outcome<bool> {
        Ok(self.value.get_type()? == ValueType::Undefined)
    }

    /// A property of an object; undefined when it isn't there.
    pub fn field(&self, name: &str) -> Outcome<Argument<'env>> {
        let object = self.object()?;
        let value: Unknown = object.get_named_property_unchecked(name)?;
        Ok(Self { value, name: format!("{}.{name}", self.name) })
    }

    /// The elements of an array.
    pub fn elements(&self, limit: u32) -> Outcome<Vec<Argument<'env>>> {
        let what = format!("an array of at most {limit}");
        if self.value.get_type()? != ValueType::Object {
            return Err(self.unlike(what));
        }
        let object = self.object()?;
        if !object.is_array()? {
            return Err(self.unlike(what));
        }
        let length = object.get_array_length_unchecked()?;
        if length > limit {
            return Err(Failure::argument(format!("{what} for {}", self.name), format!("one of {length}")));
        }
        (0..length)
            .map(|index| {
                let value: Unknown = object.get_element(index)?;
                Ok(Self { value, name: format!("{}[{index}]", self.name) })
            })
            .collect()
    }

    pub fn integer(&self, range: RangeInclusive<i64>) -> Outcome<i64> {
        let what = || format!("an integer from {} to {}", range.start(), range.end());
        if self.value.get_type()? != ValueType::Number {
            return Err(self.unlike(what()));
        }
        let number = f64::from_unknown(self.value)?;
        // Every bound that is used is far inside the integers that f64 holds exactly.
        if number.fract() != 0.0 || !(*range.start() as f64..=*range.end() as f64).contains(&number) {
            return Err(self.unlike(what()));
        }
        Ok(number as i64)
    }

    /// As [`Self::flag`], or what it is when it isn't given.
    pub fn flag_or(&self, absent: bool) -> Outcome<bool> {
        if self.is_undefined()? { Ok(absent) } else { self.flag() }
    }

    pub fn flag(&self) -> Outcome<bool> {
        if self.value.get_type()? != ValueType::Boolean {
            return Err(self.unlike("true or false"));
        }
        Ok(bool::from_unknown(self.value)?)
    }

    /// A string of at most so many bytes in UTF-8, without the NUL that ends strings of the system's.
    #[cfg(target_os = "linux")]
    pub fn text(&self, longest: usize) -> Outcome<String> {
        let what = format!("a string of 1 to {longest} bytes without NUL");
        if self.value.get_type()? != ValueType::String {
            return Err(self.unlike(what));
        }
        let text = String::from_unknown(self.value)?;
        if text.is_empty() || text.len() > longest || text.contains('\0') {
            return Err(self.unlike(what));
        }
        Ok(text)
    }

    /// One of a list of strings, as what it stands for.
    pub fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Outcome<T> {
        let text = match self.value.get_type()? {
            ValueType::String => Some(String::from_unknown(self.value)?),
            _ => None,
        };
        let chosen = choices.iter().find(|(name, _)| text.as_deref() == Some(name));
        chosen.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<String> = choices.iter().map(|(name, _)| format!("'{name}'")).collect();
            self.unlike(format!("one of {}", names.join(", ")))
        })
    }

    /// The complaint that this argument isn't what was expected.
    pub fn unlike(&self, expected: impl Display) -> Failure {
        Failure::argument(format!("{expected} for {}", self.name), self.description())
    }

    fn object(&self) -> Outcome<Object<'env>> {
        match self.value.get_type()? {
            ValueType::Object | ValueType::Function => Ok(Object::from_unknown(self.value)?),
            _ => Err(self.unlike("an object")),
        }
    }

    fn description(&self) -> String {
        const LONGEST: usize = 60;
        let kind = match self.value.get_type() {
            Ok(kind) => kind,
            Err(_) => return "a value that can't be looked at".to_owned(),
        };
        match kind {
            ValueType::Undefined => "undefined".to_owned(),
            ValueType::Null => "null".to_owned(),
            ValueType::Number => {
                f64::from_unknown(self.value).map_or("a number".to_owned(), |number| number.to_string())
            }
            ValueType::Boolean => {
                bool::from_unknown(self.value).map_or("a boolean".to_owned(), |flag| flag.to_string())
            }
            ValueType::String => String::from_unknown(self.value)
                .map_or("a string".to_owned(), |text| format!("'{}'", text.chars().take(LONGEST).collect::<String>())),
            ValueType::Function => "a function".to_owned(),
            ValueType::Object => "an object".to_owned(),
            _ => "a value of another kind".to_owned(),
        }
    }
}

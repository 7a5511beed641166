// As form.wgsl, for divisors of more than 31 bits: every number is high * 2^16 + low, and the remainder is
// computed limb by limb. |a|, |b|, |c| < 2^12 keep the low limb's sum inside an i32.

struct WideForm {
  estimate: vec3<u32>,
  estimate_bias: u32,
  shift: u32,
  low: vec3<u32>,
  low_bias: u32,
  high: vec3<u32>,
  high_bias: u32,
  divisor_low: u32,
  divisor_high: u32,
}

fn evaluate_wide(form: WideForm, a: vec4<u32>, b: vec4<u32>, c: vec4<u32>) -> vec4<u32> {
  let estimated = form.estimate.x * a + form.estimate.y * b + form.estimate.z * c + form.estimate_bias;
  let quotient = estimated >> vec4<u32>(form.shift);
  let low_dividend = form.low.x * a + form.low.y * b + form.low.z * c + form.low_bias;
  let low = vec4<i32>(low_dividend) - vec4<i32>(quotient * form.divisor_low);
  let high_dividend = form.high.x * a + form.high.y * b + form.high.z * c + form.high_bias;
  // The shift of a negative low limb borrows from the high one.
  let high = high_dividend - quotient * form.divisor_high + vec4<u32>(low >> vec4<u32>(16u));
  let rest = vec4<u32>(low) & vec4<u32>(0xffffu);
  let equal = high == vec4<u32>(form.divisor_high);
  let reached = (high > vec4<u32>(form.divisor_high)) | (equal & (rest >= vec4<u32>(form.divisor_low)));
  return quotient + select(vec4<u32>(0u), vec4<u32>(1u), reached);
}

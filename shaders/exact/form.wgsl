// floor((k . (a, b, c) + bias) / divisor) for non-negative results, exactly, in 32-bit integers.
//
// The estimate is the quotient in fixed point, made so that it is the true one or one less; the remainder,
// computed without the estimate's error, says which. Sums wrap around 2^32; the remainder's true value lies in
// 0 .. 2 * divisor - 1, so nothing is lost. The numbers come from exact-form.ts, which proves the bounds.

struct Form {
  estimate: vec3<u32>,
  estimate_bias: u32,
  shift: u32,
  exact: vec3<u32>,
  exact_bias: u32,
  divisor: u32,
}

fn evaluate(form: Form, a: vec4<u32>, b: vec4<u32>, c: vec4<u32>) -> vec4<u32> {
  let estimated = form.estimate.x * a + form.estimate.y * b + form.estimate.z * c + form.estimate_bias;
  let quotient = estimated >> vec4<u32>(form.shift);
  let dividend = form.exact.x * a + form.exact.y * b + form.exact.z * c + form.exact_bias;
  let remainder = dividend - quotient * form.divisor;
  return quotient + select(vec4<u32>(0u), vec4<u32>(1u), remainder >= vec4<u32>(form.divisor));
}

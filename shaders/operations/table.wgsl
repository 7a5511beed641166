// Numbers of 16 bits, two a word.
// Needs: tables.

fn table_at(first: u32, index: u32) -> u32 {
  return (tables.words[first + (index >> 1u)] >> ((index & 1u) * 16u)) & 0xffffu;
}

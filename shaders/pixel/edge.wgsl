// Quads of the final picture whose columns outside it repeat its last one.
// Needs: final_quad; WIDTH.

const LAST_COLUMN = WIDTH - 1u;
const LAST_QUAD = LAST_COLUMN & 0xfffffffcu;

// Four pixels from column x, a multiple of four that may lie outside.
fn edged_quad(x: u32, y: u32) -> vec4<u32> {
  var quad = final_quad(min(x, LAST_QUAD), y);
  if (WIDTH % 4u != 0u && x >= LAST_QUAD) {
    if (LAST_COLUMN % 4u < 1u) { quad.y = quad.x; }
    if (LAST_COLUMN % 4u < 2u) { quad.z = quad.y; }
    if (LAST_COLUMN % 4u < 3u) { quad.w = quad.z; }
  }
  if (WIDTH % 8u != 0u && x > LAST_COLUMN) {
    quad = quad.wwww;
  }
  return quad;
}

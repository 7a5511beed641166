/// How a picture's colours meet those below. With d below and s of the picture, `a` the picture's alpha times its
/// opacity: `d·(1 - a) + f(d, s)·a` on R, G and B.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlendMode {
    /// `s`.
    Normal,
    /// `s` that is multiplied by its alpha already: `min(1, d·(1 - a) + s·opacity)`.
    Premultiplied,
    /// `d·s`.
    Multiply,
    /// `d + s - d·s`.
    Screen,
    /// `HardLight` with d and s in each other's place.
    Overlay,
    /// The smaller.
    Darken,
    /// The larger.
    Lighten,
    /// `min(1, d + s)`.
    Add,
    /// `|d - s|`.
    Difference,
    /// `d + s - 2·d·s`.
    Exclusion,
    /// `Multiply` of d and 2s up to the middle, `Screen` of d and 2s - 1 above.
    HardLight,
    /// `(1 - d)·d·s + d·(d + s - d·s)` (Pegtop).
    SoftLight,
    /// `min(1, d / (1 - s))`.
    ColorDodge,
    /// `1 - min(1, (1 - d) / s)`.
    ColorBurn,
}

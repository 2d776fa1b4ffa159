// Texels and sums of texels; the same arithmetic as `texel` and `Sum` in core's scene/reference.rs.

// Display value (R, G, B, A; A = 0 is padding) of a texel, the nearest one at the rim for coordinates outside.
fn texel(position: vec2<i32>) -> vec4<u32> {
    let inside = clamp(position, vec2<i32>(0), layer.size_px - vec2<i32>(1));
    let stored = textureLoad(frame, inside, 0);
    if layer.table_rows == 0u {
        return stored;
    }
    let pattern = stored.r;
    let entry = vec2<u32>(pattern & 255u, (pattern >> 8u) & (layer.table_rows - 1u));
    return textureLoad(table, vec2<i32>(entry), 0);
}

// What a texel adds to a sum (R, G, B, weight); padding adds nothing.
fn weighted(value: vec4<u32>, weight: i32) -> vec4<u32> {
    let counted = select(0u, u32(weight), value.a != 0u);
    return vec4<u32>(value.rgb * counted, counted);
}

fn rounded(sum: vec4<u32>) -> vec4<u32> {
    let weight = max(sum.a, 1u);
    return vec4<u32>((sum.rgb + vec3<u32>(weight / 2u)) / vec3<u32>(weight), 255u);
}

// Division toward zero, as in Rust. GLSL leaves it open how a negative quotient is rounded, so only magnitudes are divided.
// No `select` of vectors: in GLSL that is `mix`, which ES 3.00 has for floating point only.
fn divided(dividend: vec2<i32>, divisor: i32) -> vec2<i32> {
    let magnitude = vec2<u32>(abs(dividend)) / vec2<u32>(u32(divisor));
    return vec2<i32>(magnitude) * sign(dividend);
}

// One frame in one rectangle of the canvas: core's scene/reference.rs for a processor with many cores.
// Whole numbers up to the last line: 12 fractional bits of a texel, 7 of a weight (core's scene/grid.rs).

const HALF_TEXEL: i32 = 2048;
const FRACTION_MASK: i32 = 4095;
const FRACTION_BITS: u32 = 12u;
const WEIGHT_SHIFT: u32 = 5u;
const WEIGHT_ROUNDING: i32 = 16;
const WEIGHT_ONE: i32 = 128;

fn nearest(at: vec2<i32>) -> vec2<i32> {
    return (at + vec2<i32>(HALF_TEXEL)) >> vec2<u32>(FRACTION_BITS);
}

// The four neighbors by distance.
fn bilinear(at: vec2<i32>) -> vec4<u32> {
    let first = at >> vec2<u32>(FRACTION_BITS);
    let far = ((at & vec2<i32>(FRACTION_MASK)) + vec2<i32>(WEIGHT_ROUNDING)) >> vec2<u32>(WEIGHT_SHIFT);
    let near = vec2<i32>(WEIGHT_ONE) - far;
    var sum = weighted(texel(first), near.x * near.y);
    sum += weighted(texel(first + vec2<i32>(1, 0)), far.x * near.y);
    sum += weighted(texel(first + vec2<i32>(0, 1)), near.x * far.y);
    sum += weighted(texel(first + vec2<i32>(1, 1)), far.x * far.y);
    return rounded(sum);
}

// Texel of one of n x n taps spread evenly over the canvas pixel.
fn tap(at: vec2<i32>, n: i32, i: i32, j: i32) -> vec2<i32> {
    let across = layer.step_x * (2 * i + 1 - n);
    let down = layer.step_y * (2 * j + 1 - n);
    return nearest(at + divided(across + down, 2 * n));
}

// The mean of n_taps x n_taps texels spread evenly over the canvas pixel.
fn mean(at: vec2<i32>) -> vec4<u32> {
    let n = layer.n_taps;
    var sum = vec4<u32>(0u);
    for (var j = 0; j < n; j += 1) {
        for (var i = 0; i < n; i += 1) {
            sum += weighted(texel(tap(at, n, i, j)), 1);
        }
    }
    return rounded(sum);
}

fn is_inside(position: vec2<i32>) -> bool {
    return all(position >= vec2<i32>(0)) && all(position < layer.size_px);
}

// Of n x n texels under the canvas pixel the one with the highest alpha, the first of equals.
fn most_opaque(at: vec2<i32>, n: i32) -> vec4<u32> {
    var top = vec4<u32>(0u);
    for (var j = 0; j < n; j += 1) {
        for (var i = 0; i < n; i += 1) {
            let position = tap(at, n, i, j);
            if is_inside(position) {
                let value = texel(position);
                if value.a > top.a {
                    top = value;
                }
            }
        }
    }
    return top;
}

fn shade(at: vec2<i32>) -> vec4<u32> {
    let covering = nearest(at);
    if !is_inside(covering) {
        return vec4<u32>(0u, 0u, 0u, 255u);
    }
    let center = texel(covering);
    if layer.n_taps == 0 || center.a == 0u {
        return vec4<u32>(center.rgb, 255u);
    }
    if layer.n_taps > 1 {
        return mean(at);
    }
    return bilinear(at);
}

@fragment
fn slice(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    // Pixel centers lie at .5, so that dropping the fraction gives the pixel.
    let from_center = vec2<i32>(position.xy) - layer.center_px;
    let steps = from_center.x * layer.step_x + from_center.y * layer.step_y;
    let rests = (from_center.x * layer.rest_x + from_center.y * layer.rest_y) >> vec2<u32>(FRACTION_BITS);
    let at = layer.origin + steps + rests;
    if layer.n_taps < 0 {
        let value = most_opaque(at, -layer.n_taps);
        if value.a == 0u {
            discard;
        }
        return vec4<f32>(vec4<u32>(value.rgb, 255u)) / 255.0;
    }
    return vec4<f32>(shade(at)) / 255.0;
}

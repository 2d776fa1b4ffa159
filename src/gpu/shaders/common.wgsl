// What every program shares: the bindings (BINDINGS.md) and the triangle that covers the target.

// Mirror of LayerUniforms in uniforms.rs, field by field; vectors hold x and y.
struct Layer {
    origin: vec2<i32>,
    center_px: vec2<i32>,
    step_x: vec2<i32>,
    step_y: vec2<i32>,
    rest_x: vec2<i32>,
    rest_y: vec2<i32>,
    size_px: vec2<i32>,
    n_taps: i32,
    table_rows: u32,
}

@group(0) @binding(0) var<uniform> layer: Layer;
@group(1) @binding(0) var frame: texture_2d<u32>;
@group(2) @binding(0) var table: texture_2d<u32>;

// Corners (-1, -1), (3, -1), (-1, 3): one triangle has no seam across the picture, as two would.
@vertex
fn full_screen(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let x = f32(i32(index & 1u) * 4 - 1);
    let y = f32(i32(index >> 1u) * 4 - 1);
    return vec4<f32>(x, y, 0.0, 1.0);
}

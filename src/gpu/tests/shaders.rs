//! Every shader as at run time: valid WGSL, GLSL ES 3.00 for WebGL2, and the bindings and sizes that Rust assumes.
#![allow(clippy::unwrap_used, reason = "a test, helpers included")]

use naga::back::glsl;
use naga::front::wgsl;
use naga::proc::{BoundsCheckPolicies, Layouter};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, Binding, Module, ShaderStage, TypeInner};
use skiagraph_gpu::shaders::Shader;
use skiagraph_gpu::uniforms::LayerUniforms;

fn parsed(shader: Shader) -> (Module, ModuleInfo) {
    let source = shader.source();
    let module =
        wgsl::parse_str(source).unwrap_or_else(|error| panic!("{}", error.emit_to_string(source)));
    // No optional capability: that is what WebGL2 and every WebGPU device have.
    let checked = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
    let info = checked.unwrap_or_else(|error| panic!("{}", error.emit_to_string(source)));
    (module, info)
}

fn glsl_es_300(shader: Shader, stage: ShaderStage, entry_point: &str) -> String {
    let (module, info) = parsed(shader);
    let options = glsl::Options {
        version: glsl::Version::Embedded {
            version: 300,
            is_webgl: true,
        },
        ..glsl::Options::default()
    };
    let pipeline = glsl::PipelineOptions {
        shader_stage: stage,
        entry_point: entry_point.to_owned(),
        multiview: None,
    };
    let mut text = String::new();
    glsl::Writer::new(
        &mut text,
        &module,
        &info,
        &options,
        &pipeline,
        BoundsCheckPolicies::default(),
    )
    .and_then(|mut writer| writer.write())
    .unwrap();
    text
}

#[test]
fn every_shader_becomes_glsl_es_300_in_full_precision() {
    for shader in Shader::ALL {
        for (stage, entry_point) in [
            (ShaderStage::Vertex, Shader::VERTEX),
            (ShaderStage::Fragment, shader.fragment()),
        ] {
            let text = glsl_es_300(shader, stage, entry_point);
            assert!(text.starts_with("#version 300 es"), "{text}");
            // 16-bit integers, which mediump and lowp allow, would lose texel coordinates.
            assert!(text.contains("precision highp int;"), "{text}");
            // `mix` of whole numbers, which naga writes for `select` of vectors, does not exist in ES 3.00.
            for word in ["mediump", "lowp", " buffer ", "image2D", "mix("] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
    }
}

#[test]
fn whole_numbers_up_to_the_output() {
    for shader in Shader::ALL {
        let text = glsl_es_300(shader, ShaderStage::Fragment, shader.fragment());
        let is_float = |line: &&str| {
            line.contains("float") || line.contains("vec4(") && !line.contains("uvec4(")
        };
        let lines: Vec<_> = text.lines().filter(is_float).map(str::trim).collect();
        // The declarations, the position of the pixel, and the division by 255 at the end.
        let allowed = |line: &str| {
            line.starts_with("precision")
                || line.contains("location")
                || line.contains("gl_FragCoord")
                || line.contains("255.0")
        };
        assert_eq!(
            lines
                .iter()
                .filter(|line| !allowed(line))
                .collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "{text}"
        );
    }
}

#[test]
fn nothing_but_the_position_passes_between_the_stages() {
    for shader in Shader::ALL {
        let (module, _) = parsed(shader);
        for entry_point in &module.entry_points {
            for argument in &entry_point.function.arguments {
                let is_builtin = matches!(argument.binding, Some(Binding::BuiltIn(_)));
                assert!(is_builtin, "{}: {:?}", entry_point.name, argument.name);
            }
        }
    }
}

#[test]
fn uniforms_have_the_size_and_offsets_that_the_shader_sees() {
    let (module, _) = parsed(Shader::Slice);
    let (_, uniform) = module
        .global_variables
        .iter()
        .find(|(_, v)| v.space == AddressSpace::Uniform)
        .unwrap();
    let mut layouter = Layouter::default();
    layouter.update(module.to_ctx()).unwrap();
    assert_eq!(
        layouter[uniform.ty].size as usize,
        size_of::<LayerUniforms>()
    );
    let TypeInner::Struct { members, .. } = &module.types[uniform.ty].inner else {
        panic!("a struct")
    };
    let seen: Vec<_> = members
        .iter()
        .map(|m| (m.name.as_deref().unwrap_or(""), m.offset as usize))
        .collect();
    macro_rules! offsets {
        ($($field:ident)*) => { vec![$((stringify!($field), std::mem::offset_of!(LayerUniforms, $field))),*] };
    }
    assert_eq!(
        seen,
        offsets!(origin center_px step_x step_y rest_x rest_y size_px n_taps table_rows)
    );
}

#[test]
fn bindings_md_lists_every_binding() {
    let table = include_str!("../shaders/BINDINGS.md");
    for shader in Shader::ALL {
        let (module, _) = parsed(shader);
        let globals: Vec<_> = module
            .global_variables
            .iter()
            .filter_map(|(_, v)| v.binding.map(|b| (b, &v.name)))
            .collect();
        assert_eq!(
            globals.len(),
            table.lines().filter(|line| line.contains("| `")).count()
        );
        for (binding, name) in globals {
            let row = format!(
                "| {} | {} | `{}` |",
                binding.group,
                binding.binding,
                name.as_deref().unwrap_or("")
            );
            assert!(table.contains(&row), "{row}");
        }
    }
}

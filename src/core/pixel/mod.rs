//! From stored values to displayed values: the Image Pixel module and the tables of PS3.4 N.2.

pub mod chain;
pub mod cielab;
pub mod color_map;
pub mod color_transform;
pub mod descriptor;
pub mod display_table;
pub mod modality_lut;
pub mod overlay;
pub mod palette;
pub mod photometric;
pub mod presets;
pub mod raster;
pub mod samples;
pub mod shutter;
pub mod subtraction;
pub mod suv;
pub mod voi;

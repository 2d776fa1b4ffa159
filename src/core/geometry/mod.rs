//! Space: canvas, image and patient points, the plane of an image, letters at the edges.

pub mod affine;
pub mod image_plane;
pub mod orientation;
pub mod space;
pub mod volume;

//! Letters at the edges of a viewport: L R A P H F, from the plane and from what the reader flipped and turned.

use crate::order::sort_by;
use glam::DVec3;

/// Letters of a direction in patient space (rule D27): components above 0.05 in falling order, at most three.
pub fn letters(direction: DVec3) -> String {
    let mut axes = vec![
        (direction.x, if direction.x < 0.0 { 'R' } else { 'L' }),
        (direction.y, if direction.y < 0.0 { 'A' } else { 'P' }),
        (direction.z, if direction.z < 0.0 { 'F' } else { 'H' }),
    ];
    sort_by(&mut axes, |a, b| b.0.abs().total_cmp(&a.0.abs()));
    axes.iter()
        .filter(|(value, _)| value.abs() > 0.05)
        .map(|&(_, letter)| letter)
        .collect()
}

/// The opposite of a set of letters, letter by letter (L-R, A-P, H-F); others stay.
pub fn opposite(letters: &str) -> String {
    letters
        .chars()
        .map(|letter| match letter {
            'L' => 'R',
            'R' => 'L',
            'A' => 'P',
            'P' => 'A',
            'H' => 'F',
            'F' => 'H',
            other => other,
        })
        .collect()
}

/// What a reader calls a plane with this normal.
pub fn plane_name(normal: DVec3) -> &'static str {
    let n = normal.abs();
    match n.max_element() {
        largest if largest < 0.9 => "Oblique",
        largest if largest == n.z => "Axial",
        largest if largest == n.y => "Coronal",
        _ => "Sagittal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_have_the_names_readers_give_them() {
        for (normal, name) in [
            ([0.0, 0.0, 1.0], "Axial"),
            ([0.0, 0.26, 0.966], "Axial"),
            ([0.0, -1.0, 0.0], "Coronal"),
            ([1.0, 0.0, 0.0], "Sagittal"),
            ([0.6, 0.0, 0.8], "Oblique"),
        ] {
            assert_eq!(plane_name(DVec3::from(normal)), name);
        }
    }

    /// Golden vectors of rule D27: (row, column) -> letters of the right and the bottom edge.
    #[test]
    fn c_7_6_1_1_1_letters_by_falling_component() {
        let cases: [([f64; 6], &str, &str); 5] = [
            ([1.0, 0.0, 0.0, 0.0, 1.0, 0.0], "L", "P"),
            ([0.0, 1.0, 0.0, 0.0, 0.0, -1.0], "P", "F"),
            ([1.0, 0.0, 0.0, 0.0, 0.0, -1.0], "L", "F"),
            ([0.9063, 0.4226, 0.0, 0.0, 0.0, -1.0], "LP", "F"),
            ([0.866, 0.433, -0.25, -0.25, 0.866, 0.433], "LPF", "PHR"),
        ];
        for (v, row, column) in cases {
            assert_eq!(letters(DVec3::from_slice(&v[..3])), row);
            assert_eq!(letters(DVec3::from_slice(&v[3..])), column);
        }
    }

    #[test]
    fn the_left_edge_is_the_opposite_of_the_row_direction() {
        assert_eq!(opposite("LPF"), "RAH");
    }
}

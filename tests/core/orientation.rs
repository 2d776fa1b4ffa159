//! Letters at the edges for every flip and turn of every orientation (rule D27).

use skiagraph_core::geometry::image_plane::ImagePlane;
use skiagraph_tests::{Viewer, edit, phantom};

/// Orientation, and the letters of its right and bottom edge: the golden vectors (the last of them made orthogonal, as rule
/// D26 wants it), and a plane turned by half a circle.
const CASES: [([f64; 6], &str, &str); 6] = [
    ([1.0, 0.0, 0.0, 0.0, 1.0, 0.0], "L", "P"),
    ([0.0, 1.0, 0.0, 0.0, 0.0, -1.0], "P", "F"),
    ([1.0, 0.0, 0.0, 0.0, 0.0, -1.0], "L", "F"),
    ([0.9063, 0.4226, 0.0, 0.0, 0.0, -1.0], "LP", "F"),
    ([0.866, 0.433, -0.25, -0.2939, 0.8453, 0.4461], "LPF", "PHR"),
    ([-1.0, 0.0, 0.0, 0.0, -1.0, 0.0], "R", "A"),
];

fn opposite(letters: &str) -> String {
    let pairs = [('L', 'R'), ('A', 'P'), ('H', 'F')];
    let other = |letter| {
        let pair = pairs.iter().find(|(a, b)| letter == *a || letter == *b);
        pair.map(|(a, b)| if letter == *a { *b } else { *a })
    };
    letters.chars().filter_map(other).collect()
}

#[test]
fn rule_d27_letters_of_eight_flips_and_turns_of_six_orientations() {
    for (orientation, right, bottom) in CASES {
        for is_flipped in [false, true] {
            let mut phantom = phantom(1, 1, 1);
            edit(&mut phantom.series[0].instances[0], |header| {
                header.frames[0].plane = ImagePlane::new([0.0; 3], orientation, None);
            });
            let mut viewer = Viewer::default();
            viewer.open(1, None);
            viewer.answer_all(&phantom);
            // Left, right, top, bottom.
            let mut edges = [
                opposite(right),
                right.into(),
                opposite(bottom),
                bottom.into(),
            ];
            if is_flipped {
                viewer.press("h");
                edges.swap(0, 1);
            }
            for turn in 0..4 {
                assert_eq!(
                    viewer.session.overlays()[0].edges,
                    edges,
                    "{orientation:?} flipped {is_flipped} turned {turn}"
                );
                viewer.press("r");
                let [left, right, top, bottom] = edges;
                edges = [bottom, top, left, right];
            }
        }
    }
}

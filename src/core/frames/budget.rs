//! Budget: how much memory the page may take, by what the computer tells of itself, and less once that was too much.

/// Bytes of a mebibyte.
pub const MIB: u64 = 1 << 20;
/// With less than this nothing can be worked.
const LEAST_BYTES: u64 = 32 * MIB;

/// How much may be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Pixels outside of the graphics processor, bytes.
    pub frame_bytes: u64,
    /// Pixels in it, bytes.
    pub texture_bytes: u64,
}

impl Budget {
    /// For a computer with so many GiB (`navigator.deviceMemory`: rounded, at most 8); not all browsers tell, and who does
    /// not is taken for a small one. At 4 GiB it is a quarter of the memory.
    pub fn of(device_gib: Option<f64>) -> Self {
        let (frames, textures) = match device_gib {
            Some(8.0..) => (1536, 512),
            Some(4.0..) => (768, 256),
            Some(..2.0) => (256, 64),
            _ => (512, 128),
        };
        Self {
            frame_bytes: frames * MIB,
            texture_bytes: textures * MIB,
        }
    }
}

/// What to hold once `bytes` were too much: half of it, and never less than what one picture needs.
pub fn smaller(bytes: u64) -> u64 {
    (bytes / 2).max(LEAST_BYTES.min(bytes))
}

/// True where so many bytes can be had in one piece now. They are given back at once: where memory is short, this is an
/// answer, and the allocation itself would be a trap.
pub fn has_room(n_bytes: u64) -> bool {
    let Ok(n_bytes) = usize::try_from(n_bytes) else {
        return false;
    };
    let mut piece = Vec::<u8>::new();
    let is_there = piece.try_reserve_exact(n_bytes).is_ok();
    // Without a look at it, the compiler leaves the allocation out.
    std::hint::black_box(piece.as_ptr());
    is_there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_laptop_of_4_gb_gives_a_quarter_and_one_that_does_not_tell_less() {
        let sum = |gib| {
            let budget = Budget::of(gib);
            budget.frame_bytes + budget.texture_bytes
        };
        assert_eq!(sum(Some(4.0)), 1 << 30);
        assert!(sum(None) < sum(Some(4.0)));
        assert!(sum(Some(1.0)) < sum(Some(2.0)));
        assert!(sum(Some(f64::NAN)) <= sum(None));
    }

    #[test]
    fn fault_41_budgets_are_halved_down_to_what_one_picture_needs() {
        assert_eq!(smaller(512 * MIB), 256 * MIB);
        assert_eq!(smaller(48 * MIB), 32 * MIB);
        assert_eq!(smaller(32 * MIB), 32 * MIB);
        assert_eq!(smaller(MIB), MIB, "never more than before");
    }

    #[test]
    fn fault_43_memory_that_cannot_be_had_is_an_answer_and_no_trap() {
        assert!(has_room(1 << 20));
        assert!(!has_room(u64::MAX));
        assert!(!has_room(1 << 60));
    }
}

//! Four numbers at once, one for each sample of a quad: SIMD in WebAssembly, where it is not found unasked for.

/// The samples of a quad in the order of rho.
#[derive(Clone, Copy)]
pub(super) struct Lanes(imp::Four);

impl Lanes {
    /// All ones for each bit of the lowest four.
    #[inline(always)]
    pub(super) fn from_bits(bits: u32) -> Self {
        static TABLE: [imp::Four; 16] = {
            let mut table = [imp::new([0; 4]); 16];
            let mut bits: i32 = 0;
            while bits < 16 {
                let [a, b, c, d] = [bits & 1, bits >> 1 & 1, bits >> 2 & 1, bits >> 3];
                table[bits as usize] = imp::new([-a, -b, -c, -d]);
                bits += 1;
            }
            table
        };
        Self(TABLE[bits as usize % 16])
    }

    #[inline(always)]
    pub(super) fn new(lanes: [u32; 4]) -> Self {
        Self(imp::new(lanes.map(|lane| lane as i32)))
    }

    #[inline(always)]
    pub(super) fn splat(value: u32) -> Self {
        Self::new([value; 4])
    }

    #[inline(always)]
    pub(super) fn shift_left(self, by: u32) -> Self {
        Self(imp::shift_left(self.0, by))
    }

    #[inline(always)]
    pub(super) fn to_array(self) -> [i32; 4] {
        imp::to_array(self.0)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl std::ops::$trait for Lanes {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(imp::$method(self.0, other.0))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(BitAnd, bitand);
operator!(BitOr, bitor);
operator!(BitXor, bitxor);

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use std::arch::wasm32 as simd;

    pub(super) type Four = simd::v128;
    pub(super) use simd::{
        i32x4_add as add, i32x4_shl as shift_left, i32x4_sub as sub, v128_and as bitand,
        v128_or as bitor, v128_xor as bitxor,
    };

    #[inline(always)]
    pub(super) const fn new([a, b, c, d]: [i32; 4]) -> Four {
        simd::i32x4(a, b, c, d)
    }

    #[inline(always)]
    pub(super) fn to_array(lanes: Four) -> [i32; 4] {
        [
            simd::i32x4_extract_lane::<0>(lanes),
            simd::i32x4_extract_lane::<1>(lanes),
            simd::i32x4_extract_lane::<2>(lanes),
            simd::i32x4_extract_lane::<3>(lanes),
        ]
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod imp {
    pub(super) type Four = [i32; 4];

    pub(super) const fn new(lanes: [i32; 4]) -> Four {
        lanes
    }

    macro_rules! each {
        ($name:ident, $lane:expr) => {
            #[inline(always)]
            pub(super) fn $name(a: Four, b: Four) -> Four {
                let lane: fn(i32, i32) -> i32 = $lane;
                [0, 1, 2, 3].map(|index| lane(a[index], b[index]))
            }
        };
    }

    each!(add, i32::wrapping_add);
    each!(sub, i32::wrapping_sub);
    each!(bitand, |a, b| a & b);
    each!(bitor, |a, b| a | b);
    each!(bitxor, |a, b| a ^ b);

    #[inline(always)]
    pub(super) fn shift_left(lanes: Four, by: u32) -> Four {
        lanes.map(|lane| lane.wrapping_shl(by))
    }

    #[inline(always)]
    pub(super) fn to_array(lanes: Four) -> [i32; 4] {
        lanes
    }
}

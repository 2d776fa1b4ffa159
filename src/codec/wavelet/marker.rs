//! Marker codes of the codestream (ISO/IEC 15444-1 Table A.2, 15444-15 A.2).

pub(super) const SOC: u16 = 0xff4f;
pub(super) const CAP: u16 = 0xff50;
pub(super) const SIZ: u16 = 0xff51;
pub(super) const COD: u16 = 0xff52;
pub(super) const COC: u16 = 0xff53;
pub(super) const QCD: u16 = 0xff5c;
pub(super) const QCC: u16 = 0xff5d;
pub(super) const RGN: u16 = 0xff5e;
pub(super) const POC: u16 = 0xff5f;
pub(super) const PPM: u16 = 0xff60;
pub(super) const PPT: u16 = 0xff61;
pub(super) const SOT: u16 = 0xff90;
pub(super) const SOP: u16 = 0xff91;
pub(super) const EPH: u16 = 0xff92;
pub(super) const SOD: u16 = 0xff93;
pub(super) const EOC: u16 = 0xffd9;

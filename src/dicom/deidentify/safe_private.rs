//! Private attributes that PS3.15 Table E.3.10-1 calls safe, as far as they are of use to a reader: of each the creator,
//! the group and the element's last byte.

const SAFE: &[(&str, u16, u8)] = &[
    ("ELSCINT1", 0x00E1, 0x21),
    ("ELSCINT1", 0x01E1, 0x26),
    ("ELSCINT1", 0x01E1, 0x50),
    ("ELSCINT1", 0x01F1, 0x01),
    ("ELSCINT1", 0x01F1, 0x07),
    ("ELSCINT1", 0x01F1, 0x26),
    ("ELSCINT1", 0x01F1, 0x27),
    ("GEMS_ACQU_01", 0x0019, 0x23),
    ("GEMS_ACQU_01", 0x0019, 0x24),
    ("GEMS_ACQU_01", 0x0019, 0x27),
    ("GEMS_ACQU_01", 0x0019, 0x9E),
    ("GEMS_PARM_01", 0x0043, 0x27),
    ("GEMS_PARM_01", 0x0043, 0x39),
    ("GEMS_PARM_01", 0x0043, 0x6F),
    ("GEMS_HELIOS_01", 0x0045, 0x01),
    ("GEMS_HELIOS_01", 0x0045, 0x02),
    ("Philips Imaging DD 001", 0x2001, 0x03),
    ("Philips Imaging DD 001", 0x2001, 0x04),
    ("Philips MR Imaging DD 001", 0x2005, 0x0D),
    ("Philips MR Imaging DD 001", 0x2005, 0x0E),
    ("Philips PET Private Group", 0x7053, 0x00),
    ("Philips PET Private Group", 0x7053, 0x09),
    ("SIEMENS MR HEADER", 0x0019, 0x0C),
    ("SIEMENS MR HEADER", 0x0019, 0x0D),
    ("SIEMENS MR HEADER", 0x0019, 0x0E),
    ("SIEMENS MR HEADER", 0x0019, 0x27),
];

/// Whether the attribute is on the list.
pub(super) fn is_safe(creator: &str, group: u16, last_byte: u8) -> bool {
    SAFE.contains(&(creator, group, last_byte))
}

//! ObjectKind: what an instance that is no picture is, by its SOP class (PS3.4 B.5), and what can be done with it.

/// What a reader can do with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// Structured report or key object selection: text.
    Text,
    /// A document that the browser shows itself.
    Pdf,
    /// A film that the browser plays itself.
    Film,
    /// Anything else: kept, named, handed out.
    Other,
}

/// UIDs below `1.2.840.10008.5.1.4.1.1.`, the longer ones first where one begins like another.
const CLASSES: &[(&str, ObjectKind, &str)] = &[
    ("104.1", ObjectKind::Pdf, "PDF document"),
    ("104.2", ObjectKind::Other, "Clinical document (CDA)"),
    ("104.3", ObjectKind::Other, "Model for printing (STL)"),
    ("104.4", ObjectKind::Other, "Model (OBJ)"),
    ("104.5", ObjectKind::Other, "Material of a model (MTL)"),
    ("88.59", ObjectKind::Text, "Key object selection"),
    ("88.11", ObjectKind::Text, "Basic text report"),
    ("88.22", ObjectKind::Text, "Enhanced report"),
    ("88.33", ObjectKind::Text, "Comprehensive report"),
    ("88.34", ObjectKind::Text, "Comprehensive 3D report"),
    ("88.35", ObjectKind::Text, "Extensible report"),
    ("88.40", ObjectKind::Text, "Procedure log"),
    ("88.50", ObjectKind::Text, "Mammography CAD report"),
    ("88.65", ObjectKind::Text, "Chest CAD report"),
    ("88.67", ObjectKind::Text, "X-ray dose report"),
    ("88.68", ObjectKind::Text, "Radiopharmaceutical dose report"),
    ("88.69", ObjectKind::Text, "Colon CAD report"),
    ("88.70", ObjectKind::Text, "Implantation plan report"),
    ("88.71", ObjectKind::Text, "Acquisition context report"),
    ("88.72", ObjectKind::Text, "Simplified echo report"),
    ("88.73", ObjectKind::Text, "Patient radiation dose report"),
    ("88", ObjectKind::Text, "Structured report"),
    ("11.1", ObjectKind::Other, "Presentation state (grey)"),
    ("11.2", ObjectKind::Other, "Presentation state (colour)"),
    (
        "11.3",
        ObjectKind::Other,
        "Presentation state (pseudo-colour)",
    ),
    ("11.4", ObjectKind::Other, "Presentation state (blending)"),
    ("11", ObjectKind::Other, "Presentation state"),
    ("9.1.1", ObjectKind::Other, "12-lead ECG"),
    ("9.1", ObjectKind::Other, "ECG"),
    ("9.2", ObjectKind::Other, "Hemodynamic waveform"),
    ("9.4", ObjectKind::Other, "Audio"),
    ("9", ObjectKind::Other, "Waveform"),
    ("66.1", ObjectKind::Other, "Spatial registration"),
    ("66.2", ObjectKind::Other, "Spatial fiducials"),
    ("66.3", ObjectKind::Other, "Deformable registration"),
    ("66.4", ObjectKind::Other, "Segmentation"),
    ("66.5", ObjectKind::Other, "Surface segmentation"),
    ("66.6", ObjectKind::Other, "Tractography"),
    ("66.7", ObjectKind::Other, "Label map segmentation"),
    ("66", ObjectKind::Other, "Raw data"),
    ("67", ObjectKind::Other, "Real world value mapping"),
    ("4.2", ObjectKind::Other, "MR spectroscopy"),
    ("68", ObjectKind::Other, "Surface scan"),
    ("91.1", ObjectKind::Other, "Bulk annotations"),
    ("481.2", ObjectKind::Other, "Radiotherapy dose"),
    ("481.3", ObjectKind::Other, "Radiotherapy structures"),
    ("481.5", ObjectKind::Other, "Radiotherapy plan"),
    ("481.8", ObjectKind::Other, "Radiotherapy ion plan"),
    ("481", ObjectKind::Other, "Radiotherapy object"),
];

/// Kind and name of a SOP class; images are "Image", what nobody knows is "Object".
pub fn of_sop_class(uid: &str) -> (ObjectKind, &'static str) {
    let Some(rest) = uid.strip_prefix("1.2.840.10008.5.1.4.1.1.") else {
        let is_directory = uid == "1.2.840.10008.1.3.10";
        let name = if is_directory {
            "Index of a disc"
        } else {
            "Object"
        };
        return (ObjectKind::Other, name);
    };
    let is_class = |class: &str| {
        rest.strip_prefix(class)
            .is_some_and(|tail| tail.is_empty() || tail.starts_with('.'))
    };
    CLASSES
        .iter()
        .find(|(class, ..)| is_class(class))
        .map_or((ObjectKind::Other, "Image"), |&(_, kind, name)| {
            (kind, name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ps3_4_b_5_classes_by_name_and_use() {
        let class = |rest: &str| of_sop_class(&format!("1.2.840.10008.5.1.4.1.1.{rest}"));
        assert_eq!(class("104.1"), (ObjectKind::Pdf, "PDF document"));
        assert_eq!(class("88.33"), (ObjectKind::Text, "Comprehensive report"));
        assert_eq!(class("88.59").1, "Key object selection");
        assert_eq!(class("9.1.1").1, "12-lead ECG");
        assert_eq!(class("9.1.2").1, "ECG");
        assert_eq!(class("2").1, "Image");
        assert_eq!(of_sop_class("2.25.1"), (ObjectKind::Other, "Object"));
    }
}

//! The picture is right: every real image file beside the pictures of DCMTK and of pydicom, which differ by at most 1 of 255.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use skiagraph_dicom::pixels::part10::open;

use super::{
    Image, Picture, image_header,
    test_explained::EXPLAINED,
    test_judges::{DCMTK, Judged, PYDICOM, Pydicom, dcmtk, has_dcmtk},
};
use crate::{args, paths};

/// How one of our pictures stands to a judge's.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    Equal,
    WithinOne,
    /// In words.
    Other(String),
}

/// All files of the folders with pictures, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("dev"), folder.join("series")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Ours beside a judge's.
fn compare(ours: &Result<Picture, &String>, judged: &Judged) -> Verdict {
    let (width_px, height_px, rgba) = match ours {
        Ok((width_px, height_px, rgba)) => (*width_px, *height_px, rgba),
        Err(why) => return Verdict::Other(format!("refused: {why}")),
    };
    if (width_px, height_px) != (judged.width_px, judged.height_px) {
        return Verdict::Other("another size".to_owned());
    }
    let n_channels = judged.n_channels();
    let mut histogram = [0_usize; 256];
    for (ours, theirs) in rgba.chunks(4).zip(judged.samples.chunks(n_channels)) {
        let theirs = [0, 1, 2].map(|at| theirs[at % n_channels]);
        let differences = [0, 1, 2].map(|at| ours[at].abs_diff(theirs[at]));
        histogram[usize::from(differences.into_iter().max().unwrap_or(0))] += 1;
    }
    let largest = histogram.iter().rposition(|n| *n > 0).unwrap_or(0);
    match largest {
        0 => Verdict::Equal,
        1 => Verdict::WithinOne,
        _ => {
            let n: usize = histogram[2..].iter().sum();
            let all: usize = histogram.iter().sum();
            Verdict::Other(format!("up to {largest}, {n} of {all} pixels beyond 1"))
        }
    }
}

/// The first and the last frame of a file beside each judge that has a picture of them.
fn judge(path: &Path, pydicom: &Mutex<Option<Pydicom>>) -> Vec<(&'static str, u32, Verdict)> {
    let file = fs::read(path).unwrap();
    let part10 = open(&file);
    let header = part10
        .as_ref()
        .ok()
        .and_then(|part10| image_header(part10).ok());
    let n_frames = header.map_or(1, |header| header.n_frames);
    let mut verdicts = Vec::new();
    for frame in BTreeSet::from([1, n_frames]) {
        let image = Image::open(&file, frame);
        let ours = |is_without_overlays| {
            let options = args::Render {
                file: PathBuf::new(),
                frame,
                center_width: None,
                is_without_overlays,
                is_shuttered: false,
                out: PathBuf::new(),
            };
            image.as_ref().map(|image| image.picture(&options))
        };
        let judged = part10.as_ref().ok();
        if let Some(judged) = judged.and_then(|part10| dcmtk(path, frame, part10, &image)) {
            verdicts.push((DCMTK, frame, compare(&ours(false), &judged)));
        }
        let judged = pydicom
            .lock()
            .unwrap()
            .as_mut()
            .and_then(|p| p.picture(path, frame));
        if let Some(judged) = judged {
            verdicts.push((PYDICOM, frame, compare(&ours(true), &judged)));
        }
    }
    verdicts
}

/// Both judges beside all files, two at a time.
fn judge_all(folder: &Path, files: &[PathBuf]) -> BTreeMap<(&'static str, String, u32), Verdict> {
    let pydicom = Mutex::new(Pydicom::start());
    let next = Mutex::new(files.iter());
    let found = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(path) = next.lock().unwrap().next() else {
                        break;
                    };
                    let name = path.strip_prefix(folder).unwrap().to_string_lossy();
                    for (judge, frame, verdict) in judge(path, &pydicom) {
                        let key = (judge, name.clone().into_owned(), frame);
                        found.lock().unwrap().insert(key, verdict);
                    }
                }
            });
        }
    });
    found.into_inner().unwrap()
}

#[test]
fn every_picture_is_within_1_of_dcmtk_and_pydicom_or_the_clause_that_decides_is_named() {
    let Some(folder) = paths::shared_data() else {
        println!("skipped: ../shared/data is not on this machine");
        return;
    };
    if !has_dcmtk() || Pydicom::start().is_none() {
        println!("skipped: DCMTK or target/python is not on this machine");
        return;
    }
    let found = judge_all(&folder, &files(&folder));
    let mut wrong = Vec::new();
    let mut explained = BTreeSet::new();
    for judge in [DCMTK, PYDICOM] {
        let [mut n_equal, mut n_within_one, mut n_explained] = [0; 3];
        let of_judge = found.iter().filter(|((by, ..), _)| *by == judge);
        let n_compared = of_judge.clone().count();
        let files: BTreeSet<&str> = of_judge.clone().map(|((_, name, _), _)| &**name).collect();
        let n_files = files.len();
        for ((_, name, frame), verdict) in of_judge {
            let known = EXPLAINED
                .iter()
                .find(|known| (known.0, known.1) == (judge, name.as_str()));
            match (verdict, known) {
                (Verdict::Equal, _) => n_equal += 1,
                (Verdict::WithinOne, _) => n_within_one += 1,
                (Verdict::Other(_), Some(known)) => {
                    n_explained += 1;
                    explained.insert((known.0, known.1));
                }
                (Verdict::Other(what), None) => {
                    wrong.push(format!("{judge}\t{name}\t{frame}\t{what}"));
                }
            }
        }
        println!(
            "{judge}: {n_compared} pictures of {n_files} files compared, {n_equal} equal, {n_within_one} within 1, \
             {n_explained} explained"
        );
        assert!(n_compared > 500, "the files were not read");
    }
    let stale = EXPLAINED
        .iter()
        .filter(|known| !explained.contains(&(known.0, known.1)));
    wrong.extend(stale.map(|known| format!("{}\t{}\tno exception any more", known.0, known.1)));
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

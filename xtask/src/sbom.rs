//! The bill of materials of the site (CycloneDX 1.6): every library that its files are made from, with version, licence and
//! checksum, so that a hospital can hold it against the lists of known weaknesses.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{error::XtaskError, paths, process::Invocation};

/// Its name in the site.
const FILE: &str = "sbom.cdx.json";

/// The crates that become files of the site.
const ROOTS: [&str; 2] = ["skiagraph_web", "skiagraph_worker"];

/// What `cargo metadata` says, as far as it is used.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    /// Absent for the crates of the project.
    source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Debug, Deserialize)]
struct DependencyKind {
    /// Absent for what is linked; `build` and `dev` are not shipped.
    kind: Option<String>,
}

/// `package-lock.json`, as far as it is used.
#[derive(Debug, Deserialize)]
struct PackageLock {
    packages: BTreeMap<String, LockedPackage>,
}

#[derive(Debug, Deserialize)]
struct LockedPackage {
    #[serde(default)]
    version: String,
    license: Option<String>,
    #[serde(default)]
    dev: bool,
}

/// Writes the bill of materials into the site.
pub(crate) fn write(site: &Path) -> Result<(), XtaskError> {
    let command = "cargo metadata --format-version 1 --all-features --filter-platform wasm32-unknown-unknown --locked";
    let text = Invocation::line(command).answer();
    let metadata = read(command, &text.unwrap_or_default())?;
    let [cargo_lock, npm_lock] = [
        paths::root().join("Cargo.lock"),
        paths::www().join("package-lock.json"),
    ];
    let checksums =
        checksums(&fs::read_to_string(&cargo_lock).map_err(XtaskError::file(&cargo_lock))?);
    let npm = fs::read_to_string(&npm_lock).map_err(XtaskError::file(&npm_lock))?;
    let npm = read("www/package-lock.json", &npm)?;
    let file = site.join(FILE);
    let text = format!("{:#}\n", bill(&metadata, &checksums, &npm));
    fs::write(&file, text).map_err(XtaskError::file(&file))
}

fn read<T: for<'a> Deserialize<'a>>(what: &str, text: &str) -> Result<T, XtaskError> {
    serde_json::from_str(text).map_err(|error| XtaskError::Content {
        path: what.into(),
        problem: error.to_string(),
    })
}

/// Name and version to SHA-256, out of `Cargo.lock`.
fn checksums(lock: &str) -> HashMap<(String, String), String> {
    let field = |entry: &str, name: &str| {
        let mut lines = entry.lines();
        let value = lines.find_map(|line| line.strip_prefix(&format!("{name} = \"")));
        value.and_then(|value| Some(value.strip_suffix('"')?.to_owned()))
    };
    lock.split("[[package]]")
        .filter_map(|entry| {
            let key = (field(entry, "name")?, field(entry, "version")?);
            Some((key, field(entry, "checksum")?))
        })
        .collect()
}

fn bill(
    metadata: &Metadata,
    checksums: &HashMap<(String, String), String>,
    npm: &PackageLock,
) -> Value {
    let packages: HashMap<&str, &Package> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package))
        .collect();
    let linked: HashMap<&str, Vec<&str>> = metadata
        .resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), linked_by(node)))
        .collect();
    let shipped: Vec<&Package> = shipped(&packages, &linked);
    let crates = shipped.iter().map(|package| {
        let key = (package.name.clone(), package.version.clone());
        let mut component = component(
            &package.name,
            &package.version,
            package.license.as_deref(),
            &purl(package),
        );
        if let Some(sum) = checksums.get(&key) {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
        }
        component
    });
    let scripts = npm.packages.iter().filter_map(|(place, package)| {
        let name = place.rsplit_once("node_modules/")?.1;
        let purl = format!("pkg:npm/{}@{}", name.replace('@', "%40"), package.version);
        let is_shipped = !package.dev && !name.starts_with("@types/");
        is_shipped.then(|| component(name, &package.version, package.license.as_deref(), &purl))
    });
    let dependencies = shipped.iter().map(|package| {
        let on = linked.get(package.id.as_str()).into_iter().flatten();
        let on: BTreeSet<String> = on
            .filter_map(|id| packages.get(id).map(|one| purl(one)))
            .collect();
        json!({ "ref": purl(package), "dependsOn": on })
    });
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": "skiagraph", "name": "Skiagraph", "version": env!("CARGO_PKG_VERSION"),
            "licenses": [{ "expression": "MIT OR Apache-2.0" }],
        } },
        "components": crates.chain(scripts).collect::<Value>(),
        "dependencies": dependencies.collect::<Value>(),
    })
}

fn linked_by(node: &Node) -> Vec<&str> {
    let linked = node.deps.iter().filter(|dependency| {
        let mut kinds = dependency.dep_kinds.iter();
        kinds.any(|kind| kind.kind.is_none())
    });
    linked.map(|dependency| dependency.pkg.as_str()).collect()
}

/// Everything of others that the roots are linked with, by name and version.
fn shipped<'a>(
    packages: &HashMap<&str, &'a Package>,
    linked: &HashMap<&str, Vec<&'a str>>,
) -> Vec<&'a Package> {
    let roots = packages
        .values()
        .filter(|one| ROOTS.contains(&one.name.as_str()));
    let mut open: Vec<&str> = roots.map(|one| one.id.as_str()).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(linked.get(id).into_iter().flatten());
        }
    }
    let mut list: Vec<&Package> = seen
        .iter()
        .filter_map(|id| packages.get(id).copied())
        .collect();
    list.retain(|package| package.source.is_some());
    list.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    list
}

fn purl(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(name: &str, version: &str, license: Option<&str>, purl: &str) -> Value {
    let mut component = json!({
        "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
    });
    if let Some(license) = license {
        // An older way of writing a choice.
        component["licenses"] = json!([{ "expression": license.replace('/', " OR ") }]);
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_listed_and_what_only_builds_or_tests_is_not() {
        let package = |name: &str, source: Option<&str>| json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT/Apache-2.0", "source": source });
        let needs =
            |id: &str, kind: Option<&str>| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [
                package("skiagraph_web", None), package("own", None),
                package("linked", Some("index")), package("builds", Some("index")), package("deeper", Some("index")),
            ],
            "resolve": { "nodes": [
                { "id": "skiagraph_web", "deps": [needs("own", None), needs("builds", Some("build"))] },
                { "id": "own", "deps": [needs("linked", None)] },
                { "id": "linked", "deps": [needs("deeper", None), needs("builds", Some("dev"))] },
                { "id": "deeper", "deps": [] }, { "id": "builds", "deps": [] },
            ] },
        });
        let npm = json!({ "packages": {
            "": {}, "node_modules/lit": { "version": "3.0.0", "license": "BSD-3-Clause" },
            "node_modules/@scope/tool": { "version": "1.0.0", "dev": true },
        } });
        let lock = "[[package]]\nname = \"linked\"\nversion = \"1.0.0\"\nchecksum = \"abc\"\n";
        let bill = bill(
            &serde_json::from_value(metadata).unwrap(),
            &checksums(lock),
            &serde_json::from_value(npm).unwrap(),
        );
        let names: Vec<&str> = bill["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|component| component["purl"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "pkg:cargo/deeper@1.0.0",
                "pkg:cargo/linked@1.0.0",
                "pkg:npm/lit@3.0.0"
            ]
        );
        let linked = &bill["components"][1];
        assert_eq!(linked["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(linked["hashes"][0]["content"], "abc");
        assert_eq!(
            bill["dependencies"][1]["dependsOn"],
            json!(["pkg:cargo/deeper@1.0.0"])
        );
    }
}

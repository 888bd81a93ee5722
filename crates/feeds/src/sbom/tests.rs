use super::read;
use crate::shared::unpacked;
use std::collections::BTreeMap;

fn told(text: &str) -> Vec<String> {
    match read(text.as_bytes()) {
        Ok(bom) => bom
            .parts
            .iter()
            .map(|part| format!("{} {} {}", part.vendor, part.name, part.version).trim().to_owned())
            .collect(),
        Err(faults) => faults.iter().map(|fault| format!("! {fault}")).collect(),
    }
}

#[test]
fn both_forms_of_cyclonedx_say_the_same() {
    let json = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"type": "firmware", "bom-ref": "a",
        "supplier": {"name": "Acme"}, "group": "g", "name": "boot", "version": "1.2", "hashes": [{"alg": "MD5", "content": "3942447fac867ae5cdb3229b658f4d48"}],
        "licenses": [{"license": {"id": "MIT"}}]}], "dependencies": [{"ref": "a", "dependsOn": ["b"]}]}"#;
    let xml = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1"><components><component type="firmware" bom-ref="a">
        <supplier><name>Acme</name></supplier><group>g</group><name>boot</name><version>1.2</version>
        <hashes><hash alg="MD5">3942447fac867ae5cdb3229b658f4d48</hash></hashes><licenses><license><id>MIT</id></license></licenses></component></components>
        <dependencies><dependency ref="a"><dependency ref="b"/></dependency></dependencies></bom>"#;
    assert_eq!(told(json), ["Acme g/boot 1.2"]);
    assert_eq!(read(json.as_bytes()), read(xml.as_bytes()));
}

#[test]
fn reasons_have_their_place() {
    for (text, expected) in [
        (r#"{"bomFormat": "CycloneDX", "specVersion": "9.9"}"#, "! /specVersion: 9.9 is none of 1.2 to 1.7"),
        (
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library"}]}"#,
            "! /components/0/name: is missing",
        ),
        (
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "x", "name": "y"}]}"#,
            "! /components/0/type: cannot be \"x\"",
        ),
        ("{}", "! is no list of parts: neither bomFormat nor spdxVersion nor @graph"),
        ("<a/>", "! line 1: is no list of parts: <a>"),
        ("{", "! line 1: EOF while parsing an object at line 1 column 1"),
    ] {
        assert_eq!(told(text), [expected], "{text}");
    }
    assert!(read(&[0xff, 0xfe, 0x00, 0xd8]).is_err());
}

#[test]
fn tag_value_is_read() {
    let text = "SPDXVersion: SPDX-2.2\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: x\nDocumentNamespace: https://x/y\n\
        Creator: Tool: z\nCreated: 2021-04-05T01:23:45Z\nPackageName: Box\nSPDXID: SPDXRef-box\nPackageVersion: 2\nPackageSupplier: Organization: Acme\n\
        PackageDownloadLocation: NONE\nPackageLicenseConcluded: MIT\nPackageLicenseDeclared: MIT\nPackageCopyrightText: <text>a\nb</text>\n\
        ExternalRef: SECURITY cpe23Type cpe:2.3:a:x:y:2:*:*:*:*:*:*:*\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-box\n";
    assert_eq!(told(text), ["Acme Box 2"]);
    let bom = read(text.as_bytes()).expect("a list");
    assert_eq!((bom.subject.as_str(), bom.parts[0].cpe.is_empty()), ("SPDXRef-box", false));
    let broken = text.replace("SPDXRef-box\nPackageV", "box\nPackageV");
    assert!(
        told(&broken).contains(&"! /packages/0/SPDXID: is no SPDXRef-…: box".to_owned()),
        "{:?}",
        told(&broken)
    );
}

#[test]
fn documents_of_the_specification_agree() {
    let Some(files) = unpacked("sbom/cyclonedx-spec-tests.tar.gz") else { return };
    let mut counts: BTreeMap<(String, bool), (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, bytes) in &files {
        let Some((_, rest)) = name.split_once("resources/") else { continue };
        let file = rest.rsplit('/').next().unwrap_or_default();
        let valid = file.starts_with("valid");
        let known = file.ends_with(".json") || file.ends_with(".xml");
        if !known || !(valid || file.starts_with("invalid")) {
            continue;
        }
        let read = read(bytes);
        let entry = counts.entry((rest.split('/').next().unwrap_or_default().to_owned(), valid)).or_default();
        entry.1 += 1;
        if read.is_ok() == valid {
            entry.0 += 1;
        } else {
            wrong.push(format!(
                "{rest}: {:?}",
                read.map(|bom| bom.parts.len())
                    .map_err(|faults| faults.into_iter().take(2).collect::<Vec<_>>())
            ));
        }
    }
    let right: usize = counts.values().map(|count| count.0).sum();
    println!("CycloneDX: {right} of {} agree; {counts:?}", right + wrong.len());
    println!("{wrong:#?}");
    assert_eq!(wrong.len(), 0);
}

#[test]
fn examples_of_both_formats_are_read() {
    let mut wrong = Vec::new();
    let mut right = 0;
    for archive in ["cyclonedx-bom-examples", "spdx-examples", "spdx-tools-python-tests"] {
        let Some(files) = unpacked(&format!("sbom/{archive}.tar.gz")) else { return };
        for (name, bytes) in files {
            let is_document = [".json", ".xml", ".spdx", ".yaml"].iter().any(|end| name.ends_with(end));
            if !is_document || name.contains("package-lock") {
                continue;
            }
            let valid = !name.contains("/invalid/");
            let read = read(&bytes);
            if read.is_ok() == valid {
                right += 1;
            } else {
                wrong.push(format!(
                    "{name}: {:?}",
                    read.map_err(|faults| faults.into_iter().take(3).collect::<Vec<_>>()).err()
                ));
            }
        }
    }
    println!("examples: {right} agree, {} do not: {wrong:#?}", wrong.len());
    assert_eq!(wrong.len(), 0);
}

use super::read;
use crate::item::{Item, all_of};
use crate::shared::shared;

#[test]
fn an_entry_is_read_and_a_bad_one_told_by_its_line() {
    let text = "<VULDEF-Document><Vulinfo><VulinfoID>JVNDB-2022-000001</VulinfoID><VulinfoData><Title>題</Title>
        <Affected><AffectedItem><Name>三菱電機</Name><ProductName>MELSEC iQ-F</ProductName>
        <Cpe version='2.2'>cpe:/o:mitsubishielectric:melsec_iq-f_firmware</Cpe>
        <VersionNumber>1.280 およびそれ以前</VersionNumber><VersionNumber>1.3 未満</VersionNumber></AffectedItem></Affected>
        <Impact><Cvss version='3.0'><Base>7.5</Base><Vector>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H</Vector></Cvss>
        <Cvss version='2.0'><Base>7.8</Base><Vector>AV:N</Vector></Cvss></Impact>
        <Related><RelatedItem type='advisory'><Name>CVE</Name><VulinfoID>CVE-2022-0001</VulinfoID><URL>u</URL></RelatedItem></Related>
        </VulinfoData></Vulinfo>
        <Vulinfo><VulinfoID>x</VulinfoID><VulinfoData/></Vulinfo></VULDEF-Document>";
    let (items, problems) = all_of(|into| read(text.as_bytes(), into));
    let [Item::Advisory(one)] = items.as_slice() else { panic!("{items:?}") };
    let versions: Vec<&str> = one.products.iter().map(|product| product.versions.text.as_str()).collect();
    assert_eq!(versions, ["1.280 およびそれ以前", "1.3 未満"]);
    assert_eq!(one.products[1].fixed[0].version, "1.3");
    assert_eq!(
        (one.vulnerabilities[0].cve.as_str(), one.vulnerabilities[0].scores[0].cvss.len()),
        ("CVE-2022-0001", 1)
    );
    assert_eq!(problems.len(), 2);
    assert!(problems[0].starts_with("f: line 1: left out in part: AV:N"), "{problems:?}");
    assert!(problems[1].starts_with("f: line 9: refused: an entry without an identifier"), "{problems:?}");
}

#[test]
fn published_files_are_read() {
    let Some(folder) = shared("jvn") else { return };
    let mut total = 0;
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "rdf") {
            let (items, problems) = all_of(|into| read(std::fs::File::open(&path).expect("a file"), into));
            println!("{}: {} items, problems {problems:?}", path.display(), items.len());
            for item in &items {
                let Item::Advisory(advisory) = item else { continue };
                for product in &advisory.products {
                    println!("  {} {}: {}", advisory.id, product.name, product.versions.text);
                }
            }
            assert_eq!(problems, Vec::<String>::new(), "{}", path.display());
            assert!(!items.is_empty(), "{}", path.display());
            total += items.len();
        }
    }
    assert!(total >= 20, "{total}");
}

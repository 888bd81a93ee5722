//! Reading XML of strangers: elements as small trees, one after another, with the line they begin on. Entities other than
//! the five of the standard and characters by number are never resolved, so nothing can grow.

use crate::problem::Fault;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::cell::Cell;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

/// Deepest nesting inside one element.
const DEPTH_MAX: usize = 200;
/// Most elements inside one.
const NODES_MAX: usize = 2_000_000;

/// An element with what is inside it. Names are without their prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Name without prefix.
    pub(crate) name: String,
    /// The namespace declared on it as the default one, if any.
    pub(crate) namespace: Option<String>,
    /// Attributes without prefix.
    pub(crate) attributes: Vec<(String, String)>,
    /// Text directly inside it.
    pub(crate) text: String,
    /// Elements inside it.
    pub(crate) children: Vec<Element>,
    /// Line it begins on.
    pub(crate) line: usize,
}

impl Element {
    /// Elements of a name directly inside.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at the end of a path.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.children.iter().find(|child| child.name == *name))
    }

    /// Trimmed text at the end of a path; empty when there is none.
    pub(crate) fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", |element| element.text.trim())
    }

    /// An attribute; empty when there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }
}

/// Gives every outermost element called one of `wanted` (an empty list: the root), one after another.
pub(crate) fn elements(
    input: impl Read,
    wanted: &[&str],
    each: &mut dyn FnMut(Element),
) -> Result<(), Fault> {
    let line = Rc::new(Cell::new(1));
    let mut reader = Reader::from_reader(Counting { inner: BufReader::new(input), line: Rc::clone(&line) });
    let mut buffer = Vec::new();
    let mut open: Vec<Element> = Vec::new();
    let (mut nodes, mut depth, mut roots) = (0_usize, 0_usize, 0_usize);
    let at = |what: &dyn core::fmt::Display| Fault::new(format!("line {}", line.get()), what);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| at(&error))?;
        match event {
            Event::Start(start) => {
                roots += usize::from(depth == 0);
                depth += 1;
                nodes += 1;
                let name = start.local_name();
                let is_wanted = if wanted.is_empty() { depth == 1 } else { wanted.contains(&name.as_ref()) };
                if !open.is_empty() || is_wanted {
                    open.push(element(&start, line.get()).map_err(|what| at(&what))?);
                }
                if open.len() > DEPTH_MAX || depth > DEPTH_MAX || nodes > NODES_MAX {
                    return Err(at(&"has more elements than any such document"));
                }
            }
            Event::Empty(start) => {
                roots += usize::from(depth == 0);
                nodes += 1;
                if nodes > NODES_MAX {
                    return Err(at(&"has more elements than any such document"));
                }
                let name = start.local_name();
                let is_wanted = if wanted.is_empty() { depth == 0 } else { wanted.contains(&name.as_ref()) };
                if !open.is_empty() || is_wanted {
                    let element = element(&start, line.get()).map_err(|what| at(&what))?;
                    close(element, &mut open, &mut nodes, each);
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if let Some(element) = open.pop() {
                    close(element, &mut open, &mut nodes, each);
                }
            }
            Event::Text(text) => add(&mut open, &text.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(text) => add(&mut open, &text.xml_content(XmlVersion::Explicit1_0)),
            Event::GeneralRef(reference) => {
                let letter = match reference.resolve_char_ref().map_err(|error| at(&error))? {
                    Some(letter) => letter.to_string(),
                    None => entity(&reference).map_err(|what| at(&what))?.to_owned(),
                };
                add(&mut open, &letter);
            }
            Event::Eof if depth > 0 => return Err(at(&"ends inside an element")),
            Event::Eof if roots != 1 => {
                return Err(at(&format!("has {roots} outermost elements instead of one")));
            }
            Event::Eof => return Ok(()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
}

/// An element that is whole goes into the one around it, or to the caller.
fn close(element: Element, open: &mut [Element], nodes: &mut usize, each: &mut dyn FnMut(Element)) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => {
            *nodes = 0;
            each(element);
        }
    }
}

/// The entities that need no declaration; no other is resolved.
fn entity(name: &str) -> Result<&'static str, String> {
    Ok(match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        name => return Err(format!("the entity {name} is not resolved")),
    })
}

/// The root of a whole document.
pub(crate) fn root(input: impl Read) -> Result<Element, Fault> {
    let mut root = None;
    elements(input, &[], &mut |element| root = Some(element))?;
    root.ok_or_else(|| Fault::new("line 1", "has no element"))
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, String> {
    let mut attributes = Vec::new();
    let mut namespace = None;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| error.to_string())?;
        match (attribute.key.as_ref(), attribute.key.local_name().as_ref()) {
            ("xmlns", _) => namespace = Some(value.into_owned()),
            (_, name) => attributes.push((name.to_owned(), value.into_owned())),
        }
    }
    let name = start.local_name().as_ref().to_owned();
    Ok(Element { name, namespace, attributes, line, ..Element::default() })
}

/// Counts lines as they are consumed.
struct Counting<R> {
    inner: R,
    line: Rc<Cell<usize>>,
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(bytes) = self.inner.fill_buf() {
            let lines = bytes.iter().take(amount).filter(|byte| **byte == b'\n').count();
            self.line.set(self.line.get() + lines);
        }
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::{elements, root};

    #[test]
    fn elements_are_given_one_after_another_with_their_lines() {
        let text = "<?xml version=\"1.0\"?>\n<a xmlns=\"n\">\n<x:item k=\"1 &amp; 2\">t&#x41;&lt;<![CDATA[<b>]]></x:item>\n<item/></a>";
        let mut found = Vec::new();
        elements(text.as_bytes(), &["item"], &mut |element| found.push(element)).expect("XML");
        assert_eq!((found[0].text.as_str(), found[0].attribute("k"), found[0].line), ("tA<<b>", "1 & 2", 3));
        assert_eq!((found.len(), found[1].line), (2, 4));
        let whole = root(text.as_bytes()).expect("XML");
        assert_eq!((whole.namespace.as_deref(), whole.children.len()), (Some("n"), 2));
    }

    #[test]
    fn broken_and_greedy_documents_are_refused() {
        let deep = "<a>".repeat(1_000);
        for text in [
            "<a><b></a>",
            "<a>",
            "",
            "<a/><b/>",
            "<!DOCTYPE a [<!ENTITY x \"yyyy\">]><a>&x;</a>",
            "<a b=1/>",
            deep.as_str(),
        ] {
            assert!(root(text.as_bytes()).is_err(), "{text:.60}");
        }
    }
}

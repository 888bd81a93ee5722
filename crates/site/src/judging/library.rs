//! Public knowledge: what the program brings, or the newest bundle that was laid into the data folder.

use knowledge::advisory::Library;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

/// The folder of the bundle within the data folder.
pub(crate) const FOLDER: &str = "knowledge";

/// What is held in memory, and of which file it is.
pub(super) struct Held {
    folder: PathBuf,
    /// When the bundle and the keys were written, and the length of the bundle.
    of: Option<(SystemTime, u64, Option<SystemTime>)>,
    library: Option<Arc<Library>>,
    /// Why that file cannot be used; it is told until another lies there.
    trouble: Option<String>,
}

impl Held {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, of: None, library: None, trouble: None }
    }

    /// The newest knowledge, and what is wrong with a bundle that cannot be used: then what was known before stays.
    pub(super) async fn newest(&mut self) -> (Arc<Library>, Option<String>) {
        let folder = self.folder.join(FOLDER);
        let about = |name| std::fs::metadata(folder.join(name)).ok();
        let keys = about(feeds::library::KEYS).and_then(|file| file.modified().ok());
        let of =
            about(feeds::library::BUNDLE).and_then(|file| Some((file.modified().ok()?, file.len(), keys)));
        if let Some(library) = self.library.as_ref().filter(|_| of == self.of) {
            return (Arc::clone(library), self.trouble.clone());
        }
        let read = tokio::task::spawn_blocking(move || match of {
            Some(_) => feeds::library::open(&folder),
            None => Ok(feeds::library::starter()),
        });
        let read = read.await.map_err(|error| error.to_string()).and_then(|read| read);
        self.of = of;
        let (library, trouble) = match read {
            Ok(library) => (Arc::new(library), None),
            Err(trouble) => {
                let before = self.library.take();
                (before.unwrap_or_else(|| Arc::new(feeds::library::starter())), Some(trouble))
            }
        };
        (self.library, self.trouble) = (Some(Arc::clone(&library)), trouble.clone());
        (library, trouble)
    }
}

//! A list as a whole, put together from its stream.

use std::sync::{Arc, Mutex, PoisonError};

use super::entries::Record;
use super::{List, Share, Sink};

/// Keeps all entries.
struct Collected<T>(Arc<Mutex<Vec<T>>>);

impl<T: Record> Sink<T> for Collected<T> {
    fn take(&mut self, entry: T) -> Option<usize> {
        let bytes = entry.size_in_memory();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        Some(bytes)
    }

    fn restart(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The whole list that `read` puts into the sink that it is given.
pub(super) async fn collected<T: Record, E, F>(read: impl FnOnce(Box<dyn Sink<T>>) -> F) -> Result<List<T>, E>
where
    F: Future<Output = Result<Share, E>>,
{
    let items = Arc::new(Mutex::new(Vec::new()));
    let share = read(Box::new(Collected(Arc::clone(&items)))).await?;
    let items = std::mem::take(&mut *items.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(List { items, share })
}

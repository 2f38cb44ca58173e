//! The visitor's session: messages for the next page, and drafts of forms until they are saved.

use time::Duration;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

use crate::domain::review::Draft;
use crate::domain::shell::Flash;

const FLASHES: &str = "flashes";
const DRAFTS: &str = "drafts";
/// Drafts that one session keeps; the oldest makes room. Enough for as many tabs as people use.
const MOST_DRAFTS: usize = 12;
/// A session that is not used for this long is over.
const IDLE: Duration = Duration::hours(10);

/// The layer that loads and saves sessions. Over https the cookie has the `__Host-` prefix, which
/// browsers bind to this host, to https and to the whole path.
pub fn session_layer<S: SessionStore>(store: S, is_https: bool) -> SessionManagerLayer<S> {
    SessionManagerLayer::new(store)
        .with_name(if is_https { "__Host-session" } else { "session" })
        .with_secure(is_https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// The session could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the session store failed")]
pub struct SessionError(#[from] tower_sessions::session::Error);

/// What the product keeps for a visitor. Never a token, never a secret.
#[derive(Clone, Debug)]
pub struct VisitorSession(Session);

impl VisitorSession {
    /// Wraps the session of a request.
    pub fn new(session: Session) -> Self {
        Self(session)
    }

    /// Leaves a message for the next page.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn push_flash(&self, flash: Flash) -> Result<(), SessionError> {
        let mut flashes: Vec<Flash> = self.0.get(FLASHES).await?.unwrap_or_default();
        flashes.push(flash);
        Ok(self.0.insert(FLASHES, flashes).await?)
    }

    /// Takes the messages, so that they are shown once.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn take_flashes(&self) -> Result<Vec<Flash>, SessionError> {
        // `remove` alone would mark every session as changed on every page.
        match self.0.get::<Vec<Flash>>(FLASHES).await? {
            Some(_) => Ok(self.0.remove(FLASHES).await?.unwrap_or_default()),
            None => Ok(Vec::new()),
        }
    }

    /// A draft by its id.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn draft(&self, id: &str) -> Result<Option<Draft>, SessionError> {
        Ok(self.drafts().await?.into_iter().find(|draft| draft.id == id))
    }

    /// Keeps a draft, in place of an earlier one with the same id.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn keep_draft(&self, draft: Draft) -> Result<(), SessionError> {
        let mut drafts = self.drafts().await?;
        drafts.retain(|kept| kept.id != draft.id);
        drafts.push(draft);
        let surplus = drafts.len().saturating_sub(MOST_DRAFTS);
        drafts.drain(..surplus);
        Ok(self.0.insert(DRAFTS, drafts).await?)
    }

    /// Lets go of a draft.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn drop_draft(&self, id: &str) -> Result<(), SessionError> {
        let mut drafts = self.drafts().await?;
        drafts.retain(|kept| kept.id != id);
        Ok(self.0.insert(DRAFTS, drafts).await?)
    }

    async fn drafts(&self) -> Result<Vec<Draft>, SessionError> {
        // Drafts of an older version of the product may not be readable: then there are none.
        Ok(self.0.get(DRAFTS).await.unwrap_or_default().unwrap_or_default())
    }
}

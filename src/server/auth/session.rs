//! The visitor's session: who signed in, and the id under which messages wait for the next page.

use cookie::Cookie;
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::Id;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

use super::identity::Identity;

/// Whose session it is. The session store reads the subject and the provider's session out of it.
const OWNER: &str = "owner";

/// The session's cookie. Over https it has the `__Host-` prefix, which browsers bind to this host, to https and to the
/// whole path.
#[derive(Clone, Copy, Debug)]
pub struct SessionCookie {
    /// Whether the dashboard is reached over https.
    pub is_https: bool,
}

impl SessionCookie {
    /// Its name.
    pub fn name(self) -> &'static str {
        if self.is_https { "__Host-session" } else { "session" }
    }

    /// The layer that loads and saves sessions. The cookie ends with the browser; how long a session may be idle and
    /// may last at all is up to the store.
    pub fn layer<S: SessionStore>(self, store: S) -> SessionManagerLayer<S> {
        SessionManagerLayer::new(store)
            .with_name(self.name())
            .with_secure(self.is_https)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/")
            .with_expiry(Expiry::OnSessionEnd)
    }

    /// The `Set-Cookie` that removes it. That of tower-sessions 0.15 has no `Secure`, so browsers would not take it for
    /// a name with the `__Host-` prefix.
    pub fn removal(self) -> String {
        Cookie::build((self.name(), ""))
            .path("/")
            .http_only(true)
            .secure(self.is_https)
            .same_site(SameSite::Lax)
            .max_age(cookie::time::Duration::ZERO)
            .build()
            .to_string()
    }
}

/// From where a session was begun, for the page that lists one's sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The address that the request came from.
    pub peer: Option<String>,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Owner {
    subject: String,
    /// Set where the session itself knows who somebody is.
    identity: Option<Identity>,
    /// The identity provider's id of the session.
    provider_session: Option<String>,
    started: Started,
}

/// The session could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The store failed.
    #[error("the session store failed")]
    Store(#[from] tower_sessions::session::Error),
    /// The store gave it no id.
    #[error("the session was not saved")]
    NotSaved,
}

/// What the product keeps for a visitor. Never a token, never a secret.
#[derive(Clone, Debug)]
pub struct VisitorSession {
    session: Session,
    started: Started,
    /// Whose it becomes when something is kept in it.
    subject: Option<String>,
}

impl VisitorSession {
    /// Wraps the session of a request.
    pub fn new(session: Session, started: Started) -> Self {
        Self { session, started, subject: None }
    }

    /// The bearer of the session; `None` before anything is kept in it.
    pub fn id(&self) -> Option<Id> {
        self.session.id()
    }

    /// Who signed in, where the session is what knows it.
    ///
    /// # Errors
    /// When the session cannot be loaded.
    pub async fn identity(&self) -> Result<Option<Identity>, SessionError> {
        Ok(self.owner().await?.and_then(|owner| owner.identity))
    }

    /// Begins a session anew for somebody who signed in, under another id: whoever knew the old one knows nothing.
    ///
    /// # Errors
    /// When the session cannot be saved.
    pub async fn sign_in(&self, identity: Identity, provider_session: Option<String>) -> Result<Id, SessionError> {
        self.begin_anew().await?;
        let subject = identity.subject.clone();
        let owner = Owner { subject, identity: Some(identity), provider_session, started: self.started.clone() };
        self.session.insert(OWNER, owner).await?;
        // Saved here, so that the id is known; the layer sends the cookie.
        self.session.save().await?;
        self.session.id().ok_or(SessionError::NotSaved)
    }

    /// The session of a person who is known by each request. One that was somebody else's is begun anew: messages do
    /// not change hands with a browser.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn of(mut self, subject: &str) -> Result<Self, SessionError> {
        if self.owner().await?.is_some_and(|owner| owner.subject != subject) {
            self.begin_anew().await?;
        }
        self.subject = Some(subject.to_owned());
        Ok(self)
    }

    /// Empties the session and gives it another id. After `Session::flush` of tower-sessions 0.15, what is kept next
    /// is stored under the id that was deleted.
    async fn begin_anew(&self) -> Result<(), SessionError> {
        self.session.cycle_id().await?;
        self.session.clear().await;
        Ok(())
    }

    async fn owner(&self) -> Result<Option<Owner>, SessionError> {
        match self.session.get(OWNER).await {
            // An owner of another version of the product may not be readable: then nobody gets what is in it.
            Err(tower_sessions::session::Error::SerdeJson(_)) => {
                self.begin_anew().await?;
                Ok(None)
            }
            owner => Ok(owner?),
        }
    }

    /// The id under which messages can be left; begins the session where there is none yet.
    ///
    /// # Errors
    /// When the session cannot be saved.
    pub async fn established(&self) -> Result<Id, SessionError> {
        if self.owner().await?.is_none()
            && let Some(subject) = self.subject.clone()
        {
            let owner = Owner { subject, identity: None, provider_session: None, started: self.started.clone() };
            self.session.insert(OWNER, owner).await?;
            if let Err(error) = self.session.save().await {
                // Otherwise the layer would try again, and put an empty 500 in the place of the answer.
                self.session.clear().await;
                return Err(error.into());
            }
        }
        self.session.id().ok_or(SessionError::NotSaved)
    }
}

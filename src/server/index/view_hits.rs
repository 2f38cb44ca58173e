//! What a view says of objects that were found in it.

use std::borrow::Cow;

use time::OffsetDateTime;

use super::search::Hit;
use super::source::Source as _;
use super::view::View;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;

impl View {
    /// The ID of an object that was found; empty where there is none of this kind.
    pub fn id_at(&self, kind: ObjectKind, hit: Hit) -> Cow<'_, str> {
        let id = match (hit, kind) {
            (Hit::Document(document), _) => return self.objects.id(kind, document),
            (Hit::Patched(place), ObjectKind::Organisation) => self.patch.organisation(place).map(|one| &one.id),
            (Hit::Patched(place), ObjectKind::OAuthClient) => self.patch.client(place).map(|one| &one.id),
        };
        Cow::Borrowed(id.map_or("", String::as_str))
    }

    /// What a link to an object that was found says.
    pub fn reference_at(&self, kind: ObjectKind, hit: Hit) -> Option<ObjectReference> {
        match (hit, kind) {
            (Hit::Document(document), _) => self.objects.reference(kind, document),
            (Hit::Patched(place), ObjectKind::Organisation) => {
                self.patch.organisation(place).map(Organisation::reference)
            }
            (Hit::Patched(place), ObjectKind::OAuthClient) => self.patch.client(place).map(OAuthClient::reference),
        }
    }

    /// The organisation that was found.
    pub fn organisation_at(&self, hit: Hit) -> Option<Organisation> {
        match hit {
            Hit::Document(document) => self.objects.organisation(document),
            Hit::Patched(place) => self.patch.organisation(place).cloned(),
        }
    }

    /// The client that was found.
    pub fn client_at(&self, hit: Hit) -> Option<OAuthClient> {
        match hit {
            Hit::Document(document) => self.objects.client(document),
            Hit::Patched(place) => self.patch.client(place).cloned(),
        }
    }

    /// When an object that was found was last changed here, or seen to have changed.
    pub fn changed_at(&self, kind: ObjectKind, hit: Hit) -> Option<OffsetDateTime> {
        let seconds = match hit {
            Hit::Document(document) => self.objects.changed_at(kind, document),
            Hit::Patched(place) => self.patch.changed_at(kind, place),
        };
        OffsetDateTime::from_unix_timestamp(seconds?.into()).ok()
    }
}

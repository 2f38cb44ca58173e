//! What the tree asks of a packed organisation.

use super::id::Id;
use super::packed::Packed;
use super::shape::Held;
use crate::domain::object::ObjectKind;

/// The id of the parent and the name, where there are any.
pub(super) fn parent_and_name(organisation: Packed<'_>) -> (Option<Id<'_>>, Option<Id<'_>>) {
    let kind = ObjectKind::Organisation;
    let (mut parent, mut name) = (None, None);
    let mut reader = organisation.reader();
    let Some(shape) = reader.text().and_then(|_| reader.shape()) else {
        return (None, None);
    };
    for (index, field) in kind.fields().iter().enumerate() {
        let held = shape.get(index);
        if !matches!(held, Held::Text | Held::List) {
            continue;
        }
        let mut value = reader;
        if reader.value(held).is_none() {
            break;
        }
        if held == Held::Text {
            let text = value.text().filter(|text| *text != Id::Text(""));
            if field.name == "name" {
                name = text;
            } else if kind.parent_field() == Some(field.name) {
                parent = text;
            }
        }
    }
    (parent, name)
}

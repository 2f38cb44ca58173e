//! Submissions: a form that creates something is begun once.

use std::time::Duration;

use futures::future::join_all;

use super::Fresh;
use crate::server::storage::{Submission, SubmissionState};

fn submission(state: SubmissionState) -> Submission {
    Submission { content_hash: b"content".to_vec(), request_id: "r-1".to_owned(), state }
}

pub(in crate::server::storage) async fn a_form_is_begun_once_until_it_is_released(fresh: Fresh) {
    let submissions = &fresh.stores.submissions;
    assert_eq!(submissions.find("ada", "f-1").await.unwrap(), None);
    assert!(submissions.begin("ada", "f-1", b"content", "r-1").await.unwrap());
    assert!(!submissions.begin("ada", "f-1", b"other", "r-1").await.unwrap());
    assert!(submissions.begin("ada", "f-2", b"content", "r-1").await.unwrap(), "another form");
    assert!(submissions.begin("eve", "f-1", b"hers", "r-1").await.unwrap(), "another person's form");
    submissions.release("ada", "f-1").await.unwrap();
    assert_eq!(submissions.find("ada", "f-1").await.unwrap(), None);
    assert!(submissions.begin("ada", "f-1", b"content", "r-1").await.unwrap());
    assert!(!submissions.begin("eve", "f-1", b"hers", "r-1").await.unwrap(), "hers was not released");
}

pub(in crate::server::storage) async fn of_many_who_send_a_form_at_once_one_begins(fresh: Fresh) {
    let clicks = (0..8).map(|_| {
        let submissions = fresh.stores.submissions.clone();
        tokio::spawn(async move { submissions.begin("ada", "f-1", b"content", "r-1").await.unwrap() })
    });
    let begun = join_all(clicks).await.into_iter().filter(|begun| *begun.as_ref().unwrap());
    assert_eq!(begun.count(), 1);
}

pub(in crate::server::storage) async fn what_became_of_a_form_is_kept_for_its_person(fresh: Fresh) {
    let submissions = &fresh.stores.submissions;
    for subject in ["ada", "eve"] {
        submissions.begin(subject, "f-1", b"content", "r-1").await.unwrap();
    }
    for state in [
        SubmissionState::Unknown { draft_id: "d-1".to_owned() },
        SubmissionState::Created { object_id: "o-1".to_owned() },
    ] {
        submissions.end("ada", "f-1", &state).await.unwrap();
        assert_eq!(submissions.find("ada", "f-1").await.unwrap(), Some(submission(state)));
        assert_eq!(submissions.find("eve", "f-1").await.unwrap(), Some(submission(SubmissionState::Sending)));
    }
    // A partner may give an ID that not every database can keep as it is.
    submissions.end("ada", "f-1", &SubmissionState::Created { object_id: "o\0-2".to_owned() }).await.unwrap();
    let found = submissions.find("ada", "f-1").await.unwrap().unwrap();
    assert!(matches!(found.state, SubmissionState::Created { object_id } if object_id.ends_with("-2")));
}

pub(in crate::server::storage) async fn a_form_that_was_sent_is_known_for_a_month(fresh: Fresh) {
    let submissions = &fresh.stores.submissions;
    let created = SubmissionState::Created { object_id: "o-1".to_owned() };
    let unknown = SubmissionState::Unknown { draft_id: "d-1".to_owned() };
    let states = [("made", &created), ("lost", &unknown), ("cut off", &SubmissionState::Sending)];
    for (form, state) in states {
        submissions.begin("ada", form, b"content", "r-1").await.unwrap();
        submissions.end("ada", form, state).await.unwrap();
    }
    fresh.pass(Duration::from_hours(30 * 24 - 1));
    submissions.remove_old().await.unwrap();
    for (form, state) in states {
        assert_eq!(submissions.find("ada", form).await.unwrap(), Some(submission(state.clone())), "{form}");
    }
    fresh.pass(Duration::from_hours(1));
    submissions.remove_old().await.unwrap();
    for (form, _) in states {
        assert_eq!(submissions.find("ada", form).await.unwrap(), None, "{form}");
    }
}

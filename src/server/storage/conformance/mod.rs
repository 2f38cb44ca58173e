//! What every database has to hold to: one function for each promise of the traits, over the stores of an empty database.
//!
//! A database shows that it does with [`conformance_tests`], which names them all. What only one database can do, such as
//! reading its tables, is tested beside its SQL.

pub(super) mod audit;
pub(super) mod audit_observed;
pub(super) mod audit_removal;
mod audit_samples;
pub(super) mod audit_search;
pub(super) mod audit_unknown;
pub(super) mod checks;
pub(super) mod configuration;
pub(super) mod drafts;
pub(super) mod index_journal;
pub(super) mod index_snapshots;
pub(super) mod messages;
pub(super) mod notifications;
pub(super) mod saved_views;
pub(super) mod sessions;
pub(super) mod silenced_rules;
pub(super) mod size;
pub(super) mod submissions;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use time::macros::datetime;

use super::{SessionLimits, Stores};
use crate::server::clock::ManualClock;

/// When every test begins.
pub(super) const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);
/// How long sessions last in the tests.
pub(super) const LIMITS: SessionLimits =
    SessionLimits { idle: time::Duration::minutes(30), absolute: time::Duration::hours(10) };

/// The stores of an empty database, and the clock that they go by.
pub(super) struct Fresh {
    pub(super) stores: Stores,
    pub(super) clock: Arc<ManualClock>,
    /// The database is there until this is dropped.
    _database: Box<dyn Any + Send>,
}

impl Fresh {
    /// Stores that `clock` tells the time, which is [`NOW`].
    pub(super) fn new(stores: Stores, clock: Arc<ManualClock>, database: impl Any + Send) -> Self {
        Self { stores, clock, _database: Box::new(database) }
    }

    /// Lets time pass.
    fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

/// Tests that a database holds to every promise, each in a test of its own: `$fresh` is the path of a function that gives
/// [`Fresh`] stores. Where a server is dear to start, the promises of one concern are tested `together`: `$server` starts one, and
/// `$fresh` gives stores on it.
macro_rules! conformance_tests {
    ($fresh:path) => {
        conformance_tests! { @each [alone $fresh] }
    };
    (together $server:path, $fresh:path) => {
        conformance_tests! { @each [together $server, $fresh] }
    };
    (@each $how:tt) => {
        conformance_tests! { $how, audit:
            an_entry_is_read_as_it_was_written,
            a_null_character_is_kept_as_another_one_in_each_record,
            an_entry_without_a_completion_is_unknown,
            entries_that_are_added_at_once_have_numbers_of_their_own,
            entries_come_newest_first_in_parts,
            every_part_of_a_filter_narrows,
            the_history_of_an_organisation_holds_its_creation_and_its_clients,
            a_second_completion_takes_nothing_from_the_first,
            a_resolution_is_added_once_and_never_against_what_is_known,
        }
        conformance_tests! { $how, audit_search:
            a_search_says_what_a_look_at_each_entry_says,
        }
        conformance_tests! { $how, audit_removal:
            what_is_old_goes_in_whole_subtrees_and_the_rest_stays_as_it_was,
            who_is_erased_is_found_by_nothing_and_others_are_as_they_were,
            entries_come_oldest_first_after_a_number_and_by_their_numbers,
            the_tree_and_how_far_it_was_streamed_are_read_as_they_were_kept,
        }
        conformance_tests! { $how, audit_unknown:
            unknown_outcomes_come_oldest_first_after_a_number,
            an_outcome_is_waited_for_unless_the_action_has_it_when_it_is_written,
            unknown_outcomes_are_counted_until_a_time,
            an_entry_is_superseded_by_a_later_one_that_may_have_changed_the_object,
            an_object_has_another_origin_where_an_earlier_entry_or_another_creation_speaks_of_it,
            a_later_update_may_be_about_an_object_of_the_same_name,
        }
        conformance_tests! { $how, silenced_rules:
            a_client_is_unchanged_from_its_promotion_until_something_of_note_is_changed,
            a_rule_is_silenced_as_the_last_entry_about_it_says,
        }
        conformance_tests! { $how, audit_observed:
            what_is_complete_when_it_is_written_is_applied_and_never_unknown,
            what_was_observed_is_open_until_it_is_accepted,
            what_was_observed_is_open_until_a_change_that_answers_it_is_applied,
            a_change_that_is_found_to_be_applied_answers_what_was_observed,
            an_answer_leaves_what_was_observed_later_and_on_other_objects_open,
            open_changes_are_found_by_object_and_by_place,
            a_filter_lets_observed_and_open_entries_through,
            what_was_observed_supersedes_an_earlier_entry_and_an_acceptance_does_not,
        }
        conformance_tests! { $how, checks:
            a_start_finds_the_newest_checks_and_since_when_it_is_so,
            a_day_is_counted_whatever_is_thinned_of_it,
            old_checks_are_thinned_to_where_the_state_changed,
            the_time_between_two_checks_belongs_to_the_days_in_which_it_lies,
            since_when_it_is_so_outlives_the_check_that_found_it,
            checks_are_gone_after_ninety_days,
            a_clock_that_was_set_back_takes_nothing_from_a_day,
            the_check_that_was_added_last_is_the_newest_whatever_the_clocks_said,
        }
        conformance_tests! { $how, configuration:
            keys_with_other_values_are_told_and_no_others,
        }
        conformance_tests! { $how, drafts:
            a_draft_is_its_persons_and_the_last_one_kept_under_an_id_counts,
            a_draft_that_was_edited_while_it_was_saved_stays,
            the_newest_draft_of_a_form_is_found_and_those_of_other_forms_are_not,
            a_person_keeps_fifty_drafts_and_takes_none_from_others,
            a_draft_that_is_older_than_a_day_is_gone,
        }
        conformance_tests! { $how, messages:
            messages_are_shown_once_in_their_order_to_their_browser,
            of_many_who_take_at_once_each_message_comes_to_one,
            messages_that_are_older_than_a_day_are_removed,
        }
        conformance_tests! { $how, notifications:
            a_message_is_added_once_for_each_target,
            a_message_that_is_done_does_not_wait_and_is_not_added_again,
            what_was_told_and_how_a_target_is_are_kept,
        }
        conformance_tests! { $how, submissions:
            a_form_is_begun_once_until_it_is_released,
            of_many_who_send_a_form_at_once_one_begins,
            what_became_of_a_form_is_kept_for_its_person,
            a_form_that_was_sent_is_known_for_a_month,
        }
        conformance_tests! { $how, index_snapshots:
            a_snapshot_is_read_as_it_was_written_however_it_was_cut,
            a_snapshot_is_handed_to_another_task_until_that_is_gone,
            a_snapshot_that_was_not_finished_leaves_the_one_before,
            of_two_who_write_at_once_the_last_to_begin_has_it,
            another_connection_is_not_touched,
            an_index_of_something_else_under_the_same_name_is_kept_apart,
            who_reads_while_the_next_is_written_has_the_one_before_whole,
            what_does_not_fit_its_seal_or_the_limit_is_refused,
            the_audit_log_is_written_while_a_snapshot_is,
        }
        conformance_tests! { $how, index_journal:
            a_change_is_read_as_it_was_recorded_and_the_last_of_an_object_counts,
            a_change_that_is_recorded_late_takes_the_place_of_no_later_one,
            a_snapshot_clears_the_journal_up_to_what_it_includes,
            a_snapshot_that_is_not_finished_clears_nothing,
            changes_that_are_recorded_at_once_are_all_there,
        }
        conformance_tests! { $how, saved_views:
            a_view_is_its_persons_and_the_same_name_replaces,
            the_same_name_on_another_list_is_another_view,
            a_view_is_renamed_and_removed_by_its_person_alone,
            a_person_has_fifty_views_and_no_more,
        }
        conformance_tests! { $how, size:
            what_is_kept_takes_room,
        }
        conformance_tests! { $how, sessions:
            a_session_is_read_as_it_was_saved_and_gone_after_deletion,
            a_session_that_is_idle_too_long_is_over_and_use_keeps_it,
            what_is_loaded_unnoticed_is_no_use_of_a_session,
            a_session_that_is_too_old_is_over_however_much_it_is_used,
            sessions_that_are_over_are_removed_and_others_are_not,
            a_session_that_was_ended_is_not_brought_back_by_a_request_under_way,
            a_second_session_never_takes_the_place_of_the_first,
            a_person_sees_their_own_sessions_the_one_used_last_first,
            a_person_ends_their_own_sessions_and_no_others,
            the_provider_ends_one_session_or_all_of_a_person,
        }
    };
    ([alone $fresh:path], $concern:ident: $($promise:ident),+ $(,)?) => {
        mod $concern {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    crate::server::storage::conformance::$concern::$promise($fresh().await).await;
                }
            )+
        }
    };
    ([together $server:path, $fresh:path], $concern:ident: $($promise:ident),+ $(,)?) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $concern() {
            use crate::server::storage::conformance::$concern::*;
            let server = $server().await;
            $(
                // The last that is named is the one that was broken.
                println!(stringify!($promise));
                $promise($fresh(&server).await).await;
            )+
        }
    };
}
pub(super) use conformance_tests;

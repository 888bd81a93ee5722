//! One suite, run on both back ends. On SQLite each test is a test of its own; on PostgreSQL they run one after the
//! other on a server that this program starts and stops.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test"
)]

mod access;
mod assets;
mod audit;
mod backup;
mod console;
mod identity;
mod migrations;
mod operation;
mod register;
mod risk;
mod server;
mod setup;
mod structure;
mod trouble;

use core::future::Future;
use core::pin::Pin;
use store::Store;

type Test = fn(Store) -> Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! suite {
    ($($noun:ident { $($test:ident)* })*) => {
        mod on_sqlite {
            $(mod $noun {
                $(#[test]
                fn $test() {
                    crate::setup::on_sqlite(|store| Box::pin(crate::$noun::$test(store)));
                })*
            })*
        }

        const ALL: &[(&str, Test)] = &[
            $($((concat!(stringify!($noun), "::", stringify!($test)), |store| Box::pin($noun::$test(store))),)*)*
        ];
    };
}

suite! {
    structure {
        nouns_are_kept_changed_and_removed
        what_is_still_in_use_stays
        a_calendar_is_found_by_name
    }
    assets {
        the_model_writes_and_people_place
        assets_are_named_and_called
        search_knows_no_width
        pages_hold_every_row_once
        every_column_sorts_both_ways
        scope_hides_and_counts
        filters_ask_what_they_say
        people_overrule_and_note
        a_persons_word_is_shown_and_what_is_heard_is_kept
        files_have_bounds
        claims_stand_beside_each_other
        hostile_text_is_only_text
    }
    identity {
        assets_are_found_again
        a_merge_is_undone
        a_split_is_undone
    }
    register {
        rows_have_states
        an_import_is_undone_exactly
        an_undo_tells_what_changed_since
    }
    access {
        people_and_their_roles
        a_link_works_once
        sessions_and_tokens_end
        failures_are_counted
    }
    audit {
        the_chain_holds
        a_changed_row_is_named
        a_missing_row_is_named
        a_cut_end_is_found
        old_rows_go_up_to_a_signed_head
        writers_at_the_same_time_keep_the_chain
    }
    operation {
        the_feed_has_no_gaps
        settings_and_views
        a_batch_counts_once
        messages_are_tried_until_taken
        the_catalogue_of_history
        a_job_has_one_holder
        a_job_that_is_done_is_forgotten_by_its_time
    }
    console {
        a_step_is_signed_once
        places_of_the_map_are_replaced_together
        a_read_mark_only_goes_forward
    }
    risk {
        a_decision_is_replaced_or_withdrawn_and_stays_readable
        consequences_and_methods_are_kept
        what_happened_to_a_patch_stays
        a_snapshot_stands_until_the_next
    }
    backup {
        a_backup_restores_everything
        a_bad_backup_changes_nothing
    }
    migrations {
        steps_twice_are_harmless
        a_newer_store_is_refused
        the_version_before_is_brought_up_to_date
        what_people_said_before_is_shown
    }
}

#[test]
fn on_postgres() {
    setup::on_postgres(ALL);
}

//! `/audit`: everything that was recorded, newest first.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::super::Address;
use super::filters::AuditFilters;
use crate::components::{
    Crumb, Empty, HistoryTable, Html, IconName, Layout, Location, LogParts, LogSearchNotice, PageHead, SavedViews,
    at_least,
};
use crate::domain::audit::{AuditFilter, Count, Entries, LogFormat, Place};
use crate::domain::saved_view::{SavedView, ViewedList};
use crate::error::AppError;
use crate::paths;
use crate::server_fns::audit_log::list_audit_entries;
use crate::server_fns::saved_views::{SaveView, saved_views_of};

/// The list of audit entries, with filters.
///
/// # Errors
/// When it cannot be read, or the person may not read it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let filter = AuditFilter::from_pairs(address.pairs());
    let entries = list_audit_entries(filter.clone(), Place::from_pairs(address.pairs())).await?;
    // Views that cannot be read must not keep anybody from the log.
    let views = saved_views_of(ViewedList::AuditLog.code().to_owned(), String::new()).await.ok();
    Ok(Html::of(page(&filter, entries, views)))
}

fn page(filter: &AuditFilter, entries: Entries, views: Option<Vec<SavedView>>) -> impl IntoView + use<> {
    let query = filter.to_query();
    let views = views.map(|views| view! { <SavedViews list=ViewedList::AuditLog query views save=SaveView::url()/> });
    let is_narrowed = *filter != AuditFilter::default();
    let (here, newest) = (paths::audit_log(filter), paths::audit_log(filter));
    let (count, stopped, behind) = (entries.count, entries.stopped, entries.behind);
    let summary = summary(count, is_narrowed, stopped.is_some());
    let body = if !entries.items.is_empty() {
        view! {
            <HistoryTable entries=entries.items.clone()/>
            <LogParts entries path=here.clone()/>
            {exports(filter, count)}
        }
        .into_any()
    } else if stopped.is_some() {
        ().into_any()
    } else if entries.newer.is_some() {
        view! {
            <Empty icon=IconName::Log title="No older entries" description="This is the end of the list.">
                <a class="button" href=newest>
                    "Newest entries"
                </a>
            </Empty>
        }
        .into_any()
    } else if is_narrowed {
        view! {
            <Empty icon=IconName::Log title="No matching entries" description="Try fewer filters.">
                <a class="button" href=paths::AUDIT>
                    "Clear all filters"
                </a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty
                icon=IconName::Log
                title="No entries yet"
                description="Every change is recorded here before it is sent, with who made it, when, what changed and the outcome. So is who signs in."
            >
                <a class="button" href=paths::OVERVIEW>
                    "Overview"
                </a>
            </Empty>
        }
        .into_any()
    };
    let filters = (!count.is_none() || is_narrowed).then(|| view! { <AuditFilters filter=filter.clone()/> });
    view! {
        <Layout title="Audit log" connection=None location=Location::AuditLog crumbs=vec![Crumb::here("Audit log")]>
            <PageHead title="Audit log" subline=view! { <span>{summary}</span> }.into_any() actions=views.into_any()/>
            {filters}
            <LogSearchNotice stopped behind path=here/>
            {body}
        </Layout>
    }
}

/// How many entries there are, as far as that is known.
fn summary(count: Count, is_narrowed: bool, is_stopped: bool) -> String {
    let matching = if is_narrowed { "matching " } else { "" };
    let noun = if count.is_one() { "entry" } else { "entries" };
    if is_stopped && count.number == 0 {
        return format!("No {matching}{noun} so far");
    }
    format!("{} {matching}{noun}", at_least(count))
}

/// About how many bytes an entry takes in each format: what the link says before the file is made.
const fn size_of(format: LogFormat) -> u64 {
    match format {
        LogFormat::Csv => 400,
        LogFormat::JsonLines => 5_000,
        LogFormat::Ocsf => 6_000,
    }
}

/// The same entries as files.
fn exports(filter: &AuditFilter, count: Count) -> impl IntoView + use<> {
    let links = LogFormat::ALL.map(|format| {
        let size = bytes(count.number.saturating_mul(size_of(format)));
        let about = if count.is_least { "more than" } else { "about" };
        view! {
            <li>
                <a href=paths::audit_export(filter, format) download>
                    {format.label()}
                </a>
                " "
                <span class="muted">{format!("{about} {size}")}</span>
            </li>
        }
    });
    let what = if count.is_one() { "this entry".to_owned() } else { format!("these {} entries", at_least(count)) };
    view! {
        <details class="disclosure">
            <summary>{format!("Export {what}")}</summary>
            <p class="prose secondary">
                "The oldest come first. The download is recorded here too."
            </p>
            <ul class="rows">{links.collect_view()}</ul>
        </details>
    }
}

/// A size in a few digits.
fn bytes(size: u64) -> String {
    match size {
        0..1_000_000 => format!("{} KB", size.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", size.div_ceil(1_000_000)),
        _ => format!("{} GB", size.div_ceil(1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_was_stopped_does_not_say_that_there_is_nothing() {
        let none = |is_least| Count { number: 0, is_least };
        assert_eq!(summary(none(true), true, true), "No matching entries so far");
        assert_eq!(summary(none(false), true, false), "0 matching entries");
        assert_eq!(summary(Count { number: 1000, is_least: true }, true, true), "1,000+ matching entries");
        assert_eq!(summary(Count { number: 1, is_least: false }, false, false), "1 entry");
    }
}

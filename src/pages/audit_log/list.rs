//! `/audit`: everything that was recorded, newest first.

use leptos::prelude::*;

use super::super::Address;
use super::filters::AuditFilters;
use crate::components::{Crumb, Empty, HistoryTable, Html, IconName, Layout, Location, PageHead, Pagination, grouped};
use crate::domain::audit::{AuditEntry, AuditFilter, LogFormat};
use crate::domain::page::Page;
use crate::error::AppError;
use crate::paths;
use crate::server_fns::audit_log::list_audit_entries;

/// The list of audit entries, with filters.
///
/// # Errors
/// When it cannot be read, or the person may not read it.
pub async fn list(address: Address) -> Result<Html, AppError> {
    let filter = AuditFilter::from_pairs(address.pairs());
    let entries = list_audit_entries(filter.clone(), address.page_number()).await?;
    Ok(Html::of(page(&filter, entries)))
}

fn page(filter: &AuditFilter, entries: Page<AuditEntry>) -> impl IntoView + use<> {
    let is_narrowed = *filter != AuditFilter::default();
    let here = paths::audit_log(filter);
    let summary = match (entries.total, is_narrowed) {
        (1, false) => "1 entry".to_owned(),
        (1, true) => "1 matching entry".to_owned(),
        (total, false) => format!("{} entries", grouped(total)),
        (total, true) => format!("{} matching entries", grouped(total)),
    };
    let total = entries.total;
    let body = if total > 0 {
        view! {
            <HistoryTable entries=entries.items.clone()/>
            <Pagination page=entries path=here/>
            {exports(filter, total)}
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
    let filters = (total > 0 || is_narrowed).then(|| view! { <AuditFilters filter=filter.clone()/> });
    view! {
        <Layout title="Audit log" connection=None location=Location::AuditLog crumbs=vec![Crumb::here("Audit log")]>
            <PageHead title="Audit log" subline=view! { <span>{summary}</span> }.into_any()/>
            {filters}
            {body}
        </Layout>
    }
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
fn exports(filter: &AuditFilter, total: u64) -> impl IntoView + use<> {
    let links = LogFormat::ALL.map(|format| {
        let size = bytes(total.saturating_mul(size_of(format)));
        view! {
            <li>
                <a href=paths::audit_export(filter, format) download>
                    {format.label()}
                </a>
                " "
                <span class="muted">{format!("about {size}")}</span>
            </li>
        }
    });
    let what = if total == 1 { "this entry".to_owned() } else { format!("these {} entries", grouped(total)) };
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

//! `/styleguide`: the components in their states, in both themes, in the demo alone.

mod controls;
mod figures;
mod lists;
mod values;

use leptos::prelude::*;

use super::Address;
use crate::components::{Card, Crumb, Html, Layout, Location, PageHead, shell};
use crate::error::{AppError, AppErrorCode};
use crate::paths;

/// The themes: what the address says, the label, and the class of the part of the page that shows it.
const THEMES: [(&str, &str, &str); 3] =
    [("", "As the system", "stack"), ("light", "Light", "stack theme-light"), ("dark", "Dark", "stack theme-dark")];

/// The page of all components.
///
/// # Errors
/// Outside of the demo, where there is no such page.
pub fn styleguide(address: &Address) -> Result<Html, AppError> {
    if !shell().is_some_and(|shell| shell.is_demo) {
        return Err(AppError::new(AppErrorCode::NotFound));
    }
    let theme = address.query("theme");
    Ok(Html::of(page(THEMES.iter().find(|(code, ..)| *code == theme).unwrap_or(&THEMES[0]))))
}

fn page(&(open, _, class): &(&'static str, &'static str, &'static str)) -> impl IntoView + use<> {
    let themes = THEMES.map(|(code, label, _)| {
        let path = paths::with_query(paths::STYLEGUIDE, [("theme", code)]);
        view! {
            <li>
                <a class="tab" href=path aria-current=(code == open).then_some("page")>
                    {label}
                </a>
            </li>
        }
    });
    let now = shell().map(|shell| shell.now);
    view! {
        <Layout title="Style guide" connection=None location=Location::Elsewhere crumbs=vec![Crumb::here("Style guide")]>
            <PageHead
                title="Style guide"
                subline=view! { <span>"The parts that pages are made of. The data is made up."</span> }.into_any()
            />
            <nav aria-label="Theme">
                <ul class="tabs">{themes.collect_view()}</ul>
            </nav>
            <div class=class>
                {values::text()} {values::buttons()} {values::pills()} {values::notices()} {values::rows()}
                {controls::fields()} {controls::choices()} {now.map(figures::checks)} {now.map(figures::states)}
                {figures::changes()} {figures::empty()} {lists::filters()} {lists::facts()} {now.map(lists::history)}
                {lists::errors()}
            </div>
        </Layout>
    }
}

/// A part of the guide.
fn part(id: &'static str, title: &'static str, body: impl IntoView + 'static) -> impl IntoView {
    view! {
        <Card id title>
            <div class="card-body stack">{body}</div>
        </Card>
    }
}

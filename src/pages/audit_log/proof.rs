//! The proof of an entry: where its records are in the tree, and the signed checkpoint that covers them.

use leptos::prelude::*;

use crate::components::{Card, CodeBlock, Fact, grouped};
use crate::domain::audit::EntryProof;

/// What was checked just now, and what somebody else needs to check it again.
#[component]
pub(super) fn ProofCard(
    /// The number of the entry.
    id: i64,
    /// Its proof.
    proof: EntryProof,
) -> impl IntoView {
    let EntryProof::Proved { size, root, records } = proof else {
        return view! {
            <Card id="proof" title="Proof">
                <div class="card-body">
                    <p class="prose">
                        "This entry is not as it was signed, or cannot be proved now. Run "
                        <code>"partner-dashboard audit verify"</code> " on a copy of the database: it says what was changed."
                    </p>
                </div>
            </Card>
        }
        .into_any();
    };
    let leaves = records.iter().map(|record| format!("{} ({})", grouped(record.sequence), record.kind));
    let leaves = leaves.collect::<Vec<_>>().join(", ");
    let text: String = records.iter().map(|record| record.text.as_str()).collect::<Vec<_>>().join("\n");
    view! {
        <Card id="proof" title="Proof">
            <div class="card-body">
                <p class="prose secondary">
                    "Each record is as it was signed. This was checked when the page was made."
                </p>
                <dl class="facts facts-narrow">
                    <Fact name="Leaves">{leaves}</Fact>
                    <Fact name="Checkpoint">{format!("{} records", grouped(size))}</Fact>
                    <Fact name="Root">
                        <code class="proof-root">{root}</code>
                    </Fact>
                </dl>
                <details class="disclosure">
                    <summary>"Proof as text"</summary>
                    <CodeBlock id="proof-text" title=format!("Proof of entry {id}") text/>
                </details>
            </div>
        </Card>
    }
    .into_any()
}

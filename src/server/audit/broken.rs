//! What can be wrong with a log, one from another.

use super::tree::CheckpointError;

/// What is wrong with a log. The first of it, where it can be said where that is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A record is not what its leaf commits to.
    #[error("entry {entry} was changed: the {part} of its {record} is not what leaf {sequence} commits to")]
    Edited {
        /// The number of the entry.
        entry: i64,
        /// The kind of record.
        record: String,
        /// Which of its parts.
        part: &'static str,
        /// The place of the leaf.
        sequence: u64,
    },
    /// A leaf in the middle is gone.
    #[error("leaf {sequence} was removed")]
    LeafRemoved {
        /// Its place.
        sequence: u64,
    },
    /// A record is gone, and its leaf is there.
    #[error("the {record} of entry {entry}, leaf {sequence}, was removed")]
    RecordRemoved {
        /// The number of the entry.
        entry: i64,
        /// The kind of record.
        record: String,
        /// The place of the leaf.
        sequence: u64,
    },
    /// A leaf stands where another one was signed.
    #[error("leaf {sequence} stands in another place than the one it was written for, {written}")]
    Reordered {
        /// Where it stands.
        sequence: u64,
        /// Where it was.
        written: u64,
    },
    /// What is hashed of a leaf was changed.
    #[error("leaf {sequence} was changed: what is hashed is not an envelope of this log")]
    Envelope {
        /// The place of the leaf.
        sequence: u64,
    },
    /// A subtree has another root than the one that is kept of it.
    #[error("the kept root of the {leaves} leaves from leaf {first} on is not theirs")]
    Subtree {
        /// How many leaves it has.
        leaves: u64,
        /// Its first leaf.
        first: u64,
    },
    /// What the next leaf would be added to is not the tree that was signed.
    #[error("the head of the tree is not that of its leaves: its size or the roots that it is made of were changed")]
    Head,
    /// Leaves are gone, and no entry says that they were removed on purpose.
    #[error("the leaves before {pruned} are gone, and no entry of the log says that they were to be removed")]
    Pruned {
        /// The first leaf that is there.
        pruned: u64,
    },
    /// Whom an entry names is gone, and no entry says that it was erased on purpose.
    #[error("entry {entry} names nobody any more, and no entry of the log says that it was to be erased")]
    Erased {
        /// The number of the entry.
        entry: i64,
    },
    /// A record is not what this program writes.
    #[error("entry {entry} was changed: its {record}, leaf {sequence}, cannot be read")]
    Unreadable {
        /// The number of the entry.
        entry: i64,
        /// The kind of record.
        record: String,
        /// The place of the leaf.
        sequence: u64,
    },
    /// A leaf claims to be older than the tree, and stands after one that is not.
    #[error(
        "the {record} of entry {entry}, leaf {sequence}, claims to be older than the tree and stands after what was \
         written with it"
    )]
    TakenOverLate {
        /// The number of the entry.
        entry: i64,
        /// The kind of record.
        record: String,
        /// The place of the leaf.
        sequence: u64,
    },
    /// Records of an older version have no leaves yet.
    #[error("{count} records of an older version have no leaves yet: start the dashboard once, then check again")]
    NotTakenOver {
        /// How many they are.
        count: u64,
    },
    /// There are leaves that were never signed.
    #[error(
        "leaf {signed} and those after it were added by another program: {signed} leaves were signed, {found} are there"
    )]
    AddedLeaves {
        /// How many were signed.
        signed: u64,
        /// How many there are.
        found: u64,
    },
    /// The tables of the log are not those of this program.
    #[error("the database was changed: {what} is not as this program makes it")]
    Schema {
        /// The table, index or trigger.
        what: String,
    },
    /// The file is damaged, or was changed below SQLite.
    #[error("the database file is damaged: {said}")]
    Damaged {
        /// What SQLite says of it.
        said: String,
    },
    /// What the overview shows as open is not what the log says.
    #[error(
        "the list of changes made elsewhere that are open is not what the log says: {count} are missing or too many"
    )]
    OpenObservations {
        /// How many differ.
        count: u64,
    },
    /// What is settled, and shown as unknown, is not what the log says.
    #[error("the list of unknown outcomes is not what the log says: {count} are missing or too many")]
    UnknownOutcomes {
        /// How many differ.
        count: u64,
    },
    /// What is silenced is not what the log says.
    #[error("the list of silenced rules is not what the log says: {count} are missing, too many or different")]
    SilencedRules {
        /// How many differ.
        count: u64,
    },
    /// Which clients were promoted unchanged is not what the log says.
    #[error("the list of promoted clients is not what the log says: {count} are missing, too many or different")]
    PromotedClients {
        /// How many differ.
        count: u64,
    },
    /// There are records without a leaf.
    #[error("records without a leaf: {count}. They were added by another program")]
    Added {
        /// How many they are.
        count: u64,
    },
    /// The end of the log is gone.
    #[error("the log was cut: it has {found} leaves, and {signed} were signed")]
    Cut {
        /// How many there are.
        found: u64,
        /// How many there were.
        signed: u64,
    },
    /// The leaves are not those that were signed, and each is right by itself.
    #[error("the leaves are not those that were signed: some were changed together with what is hashed of them")]
    OtherTree,
    /// The checkpoint of the log itself cannot be used.
    #[error("the checkpoint in the database cannot be used")]
    OwnCheckpoint(#[source] CheckpointError),
    /// The log is whole, and has fewer leaves than the checkpoint that was kept elsewhere.
    #[error("this is an old copy: it has {found} leaves, and the checkpoint has {kept}")]
    OldCopy {
        /// How many it has.
        found: u64,
        /// How many were signed.
        kept: u64,
    },
    /// What the first entry of a history says of the one before is not so.
    #[error("leaf {sequence} says how the log went on after a restore, and that is not how")]
    Continuation {
        /// The place of the leaf.
        sequence: u64,
    },
    /// The log is signed under a name that none of its entries says it goes on under.
    #[error("the log is signed as {name}, and no entry of the log says that it goes on under that name")]
    OtherName {
        /// The name.
        name: String,
    },
    /// The log is whole, and is the one from before a restore.
    #[error("this is an old copy: a checkpoint was signed after a restore, as {name}")]
    BeforeRestore {
        /// The name that the checkpoint has.
        name: String,
    },
    /// The log is whole, and is not the one of the checkpoint that was kept elsewhere.
    #[error("this is a second history: its first {size} leaves are not those that were signed before")]
    SecondHistory {
        /// How many leaves the checkpoint has.
        size: u64,
    },
}

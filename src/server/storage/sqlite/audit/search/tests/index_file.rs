//! What happens to the file of the index: damage, removal, other programs, and what it has to forget.

use super::*;

#[tokio::test]
async fn an_index_that_is_damaged_or_gone_or_of_another_log_is_made_again() {
    let (world, other) = (World::new().await, World::new().await);
    for name in ["Ada", "Eve", "Ada"] {
        world.store.append_intent(&sign_in(name), AT).await.unwrap();
        other.store.append_intent(&sign_in("Somebody else"), AT).await.unwrap();
    }
    other.store.fill_index().await.unwrap();
    let others = file::open(&other.index_file()).await.unwrap();
    // The logs of tests have the same leaves.
    for statement in ["UPDATE progress SET leaf = 'another'", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        sqlx::query(statement).execute(&others.pool).await.unwrap();
    }
    let foreign = std::fs::read(other.index_file()).unwrap();
    let mut older = foreign.clone();
    // The version of the tables, in the header of the file.
    older[60..64].copy_from_slice(&7_i32.to_be_bytes());
    let mut torn = foreign.clone();
    torn[4_096..].fill(0xa5);
    for bytes in [
        Some(b"not a database at all, and longer than its header would have to be to be one: ".repeat(9)),
        Some(Vec::new()),
        Some(foreign),
        Some(older),
        Some(torn),
        None,
    ] {
        file::remove(&world.index_file()).unwrap();
        if let Some(bytes) = bytes {
            std::fs::write(world.index_file(), bytes).unwrap();
        }
        let store = open(&world.database).await;
        assert_eq!(store.list(&of_person("ada"), Place::Newest, 5).await.unwrap().count.number, 2, "before it is read");
        assert_eq!(store.unindexed().await.unwrap(), 3);
        // The first may find the damage alone.
        while let Err(error) = store.index.fill(&store.pool).await {
            store.index.report(&error);
            assert!(file::is_damage(&error), "{error:?}");
        }
        store.fill_index().await.unwrap();
        assert_eq!(store.unindexed().await.unwrap(), 0);
        assert_eq!(store.list(&of_person("ada"), Place::Newest, 5).await.unwrap().count.number, 2);
        assert_eq!(store.list(&of_person("somebody"), Place::Newest, 5).await.unwrap().count.number, 0);
        store.pool.close().await;
    }
}

#[tokio::test]
async fn whom_the_log_does_not_name_any_more_the_index_does_not_name_either() {
    let world = World::new().await;
    for name in ["Ada Lindqvist", "Eve"] {
        world.store.append_intent(&sign_in(name), AT).await.unwrap();
    }
    world.store.fill_index().await.unwrap();
    // Another program erases, while this one has the index open.
    let eraser = open(&world.database).await;
    eraser.erase_actors(&[1]).await.unwrap();
    eraser.index.remove().unwrap();
    world.store.fill_index().await.unwrap();
    assert_eq!(world.part(&of_person("lindqvist"), Place::Newest).await.count.number, 0);
    assert_eq!(world.part(&of_person("eve"), Place::Newest).await.count.number, 1);
    let bytes: Vec<u8> = ["", "-wal"]
        .into_iter()
        .filter_map(|suffix| std::fs::read(format!("{}{suffix}", world.index_file().display())).ok())
        .flatten()
        .collect();
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    assert!(has(b"eve") && !has(b"lindqvist"), "nothing of it is left in the files");
}

#[tokio::test]
async fn entries_that_are_removed_because_they_are_old_are_forgotten() {
    let world = World::new().await;
    let entries: Vec<Intent> = (0..300).map(|number| sign_in(if number < 256 { "Ada" } else { "Eve" })).collect();
    world.store.append_complete(&entries, AT).await.unwrap();
    world.store.fill_index().await.unwrap();
    world.store.prune(256).await.unwrap();
    for is_filled in [false, true] {
        if is_filled {
            world.store.fill_index().await.unwrap();
        }
        assert_eq!(world.part(&of_person("ada"), Place::Newest).await.count.number, 0);
        assert_eq!(world.part(&of_person("eve"), Place::Newest).await.count.number, 44);
    }
    let index = file::open(&world.index_file()).await.unwrap();
    let (people, documents): (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM documents_docsize)")
            .fetch_one(&index.pool)
            .await
            .unwrap();
    assert_eq!((people, documents), (1, 44));
}

#[tokio::test]
async fn words_that_many_entries_have_are_found_with_facts_that_few_have() {
    let world = World::new().await;
    let entry = |number: usize| {
        let action = if number.is_multiple_of(100) { Action::SessionEnded } else { Action::SignIn };
        let entry = Intent::event(action, Actor::nobody("Ada"), Target::of_dashboard(None), "r-1");
        entry.with_text("name", if number.is_multiple_of(30) { "Harbour Limited" } else { "Harbour" })
    };
    let entries: Vec<Intent> = (0..3_000).map(entry).collect();
    for some in entries.chunks(500) {
        world.store.append_complete(some, AT).await.unwrap();
    }
    world.store.fill_index().await.unwrap();
    let with = |text: &str, action| AuditFilter { text: Some(text.to_owned()), action, ..AuditFilter::default() };
    for (filter, count) in [
        (with("harbour", Some(Action::SessionEnded)), 30),
        (with("harbour limited", Some(Action::SessionEnded)), 10),
        (with("harbour limited", Some(Action::SignIn)), 90),
        (with("harbour", Some(Action::Export)), 0),
        (with("nothing", Some(Action::SignIn)), 0),
    ] {
        let expected = world.expected(&filter).await;
        assert_eq!(expected.len(), count);
        for time in [StdDuration::from_mins(1), StdDuration::ZERO] {
            assert_eq!(world.walked(&filter, time).await, expected, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn two_programs_that_fill_one_index_lose_nothing_of_each_other() {
    let world = World::new().await;
    for name in ["Ada", "Eve", "Ada"] {
        world.store.append_intent(&sign_in(name), AT).await.unwrap();
    }
    world.store.fill_index().await.unwrap();
    let index = file::open(&world.index_file()).await.unwrap();
    let batch = "INSERT INTO batches VALUES ('[]', '[]', '[]', '[]', 2, 4, '')";
    let refused = sqlx::query(batch).execute(&index.pool).await.unwrap_err();
    assert!(refused.to_string().contains("another program fills the index"), "{refused}");
    assert!(!file::is_damage(&file::of_index(refused)), "it is right, and this one begins again");
    assert_eq!(world.part(&of_person("ada"), Place::Newest).await.count.number, 2);
}

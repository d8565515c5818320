use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn it_does_what_a_map_of_the_standard_library_does(
        rows in prop::collection::vec((0_u8..20, any::<u16>()), 0..40),
        more in prop::collection::vec((0_u8..20, any::<Option<u16>>()), 0..20),
    ) {
        let mut table: Table<u8, u16> = rows.iter().copied().collect();
        let mut map: std::collections::BTreeMap<u8, u16> = rows.into_iter().collect();
        for (name, thing) in more {
            match thing {
                Some(thing) if thing % 2 == 0 => prop_assert_eq!(table.insert(name, thing), map.insert(name, thing)),
                Some(thing) => {
                    prop_assert_eq!(table.get_or_insert_with(name, || thing), map.entry(name).or_insert(thing));
                }
                None => prop_assert_eq!(table.remove(&name), map.remove(&name)),
            }
            prop_assert_eq!(table.get_key_value(&name), map.get_key_value(&name));
        }
        prop_assert!(table.iter().eq(map.iter()));
        table.retain(|_, thing| thing % 3 == 0);
        map.retain(|_, thing| *thing % 3 == 0);
        prop_assert!(table.into_iter().eq(map));
    }

    #[test]
    fn it_is_read_as_it_is_written(rows in prop::collection::btree_map(".*", any::<u16>(), 0..20)) {
        let table: Table<String, u16> = rows.into_iter().rev().collect();
        let text = serde_json::to_string(&table).unwrap();
        prop_assert_eq!(serde_json::from_str::<Table<String, u16>>(&text).unwrap(), table);
    }
}

#[test]
fn of_two_rows_of_one_name_the_later_stays() {
    let table: Table<String, u8> = serde_json::from_str(r#"{"b": 1, "a": 2, "b": 3, "a": 4, "c": 5}"#).unwrap();
    assert_eq!(format!("{table:?}"), r#"{"a": 4, "b": 3, "c": 5}"#);
}

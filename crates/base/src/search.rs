//! Words for search. Chinese has no spaces between words, so a run of Chinese characters is indexed by its pairs of
//! neighbours (bigrams) and a query of two characters is enough; Latin words and numbers are indexed whole.
//!
//! Tokens hold letters and digits only, so that neither FTS5's `unicode61` nor PostgreSQL's `simple` splits them again.

use std::collections::HashSet;

/// Longer words are cut to this many characters, in texts and in queries alike.
const LONGEST_WORD: usize = 64;

/// One condition of a query. All of a query's tokens must be met.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QueryToken {
    /// The token as [`tokens`] writes it.
    pub text: String,
    /// True when a token of the text that begins with `text` is enough.
    pub prefix: bool,
}

/// The tokens under which `text` is found, each once, in the order of the text.
///
/// - a run of Chinese characters: its pairs, and its last character alone, so that every single character is the
///   beginning of some token;
/// - a Latin word or number: itself in lower case, full-width letters as half-width ones;
/// - words joined by `-`, `_`, `.` or `/`, such as codes: the parts, and the parts without the joints (`a2031` for `A2-03-1`).
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    let mut found = Unique::default();
    for run in runs(text) {
        match run {
            Run::Chinese(run) => {
                for pair in run.windows(2) {
                    found.add(pair.iter().collect());
                }
                found.add(run.iter().rev().take(1).collect());
            }
            Run::Word(parts) => {
                if parts.len() > 1 {
                    found.add(cut(&parts.concat()));
                }
                for part in &parts {
                    found.add(cut(part));
                }
            }
        }
    }
    found.order
}

/// What a text must hold to answer the query `text`. Empty when the query holds no letter, digit or Chinese character.
///
/// Pairs of Chinese characters are wanted whole. A single Chinese character, and the last Latin word or number of the
/// query, may be the beginning of a token, so that results appear while somebody types.
#[must_use]
pub fn query_tokens(text: &str) -> Vec<QueryToken> {
    let mut found: Vec<QueryToken> = Vec::new();
    let mut add = |text: String, prefix: bool| {
        let token = QueryToken { text, prefix };
        if !found.contains(&token) {
            found.push(token);
        }
    };
    let runs = runs(text);
    let count = runs.len();
    for (i, run) in runs.iter().enumerate() {
        match run {
            Run::Chinese(run) if run.len() == 1 => add(run.iter().collect(), true),
            Run::Chinese(run) => run.windows(2).for_each(|pair| add(pair.iter().collect(), false)),
            Run::Word(parts) => {
                for (j, part) in parts.iter().enumerate() {
                    add(cut(part), i + 1 == count && j + 1 == parts.len());
                }
            }
        }
    }
    found
}

/// Full-width forms of ASCII as ASCII (`Ａ` as `A`, `　` as a space); other characters as they are.
#[must_use]
pub fn fold_width(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

/// A stretch of text that is indexed in one way.
enum Run {
    Chinese(Vec<char>),
    /// Words joined by hyphens and the like.
    Word(Vec<String>),
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut joined = false;
    let mut apart = true;
    for character in text.chars().map(fold_width) {
        if is_chinese(character) {
            match runs.last_mut() {
                Some(Run::Chinese(run)) if !apart => run.push(character),
                _ => runs.push(Run::Chinese(vec![character])),
            }
            (joined, apart) = (false, false);
        } else if character.is_alphanumeric() {
            match runs.last_mut() {
                Some(Run::Word(parts)) if joined => parts.push(character.to_lowercase().collect()),
                Some(Run::Word(parts)) if !apart => {
                    if let Some(last) = parts.last_mut() {
                        last.extend(character.to_lowercase());
                    }
                }
                _ => runs.push(Run::Word(vec![character.to_lowercase().collect()])),
            }
            (joined, apart) = (false, false);
        } else {
            joined = !apart
                && matches!(runs.last(), Some(Run::Word(_)))
                && matches!(character, '-' | '_' | '.' | '/');
            apart = true;
        }
    }
    runs
}

/// Chinese characters, and Japanese and Korean ones, which are written without spaces as well.
fn is_chinese(character: char) -> bool {
    matches!(character,
        '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

fn cut(word: &str) -> String {
    word.chars().take(LONGEST_WORD).collect()
}

#[derive(Default)]
struct Unique {
    order: Vec<String>,
    seen: HashSet<String>,
}

impl Unique {
    fn add(&mut self, token: String) {
        if self.seen.insert(token.clone()) {
            self.order.push(token);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(text: &str) -> Vec<String> {
        query_tokens(text)
            .into_iter()
            .map(|t| if t.prefix { format!("{}*", t.text) } else { t.text })
            .collect()
    }

    /// Every condition of `words` is met by the tokens of `text`.
    fn finds(words: &str, text: &str) -> bool {
        let held = tokens(text);
        query_tokens(words)
            .iter()
            .all(|t| held.iter().any(|h| if t.prefix { h.starts_with(&t.text) } else { *h == t.text }))
    }

    #[test]
    fn texts_are_indexed_by_pairs_words_and_parts() {
        let table: [(&str, &[&str]); 9] = [
            ("安全生产", &["安全", "全生", "生产", "产"]),
            ("罐", &["罐"]),
            ("Tank ＡＢ１２", &["tank", "ab12"]),
            ("A2-03-1", &["a2031", "a2", "03", "1"]),
            ("3号罐区", &["3", "号罐", "罐区", "区"]),
            ("GB 18218—2018", &["gb", "182182018", "18218", "2018"]),
            ("安全、安全", &["安全", "全"]),
            ("  ，。!? - ", &[]),
            ("-a-", &["a"]),
        ];
        for (text, expected) in table {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn queries_want_pairs_whole_and_the_last_word_as_a_beginning() {
        let table: [(&str, &[&str]); 7] = [
            ("生产", &["生产"]),
            ("罐", &["罐*"]),
            ("9141", &["9141*"]),
            ("tank 3", &["tank", "3*"]),
            ("3号", &["3", "号*"]),
            ("A2-03", &["a2", "03*"]),
            ("——", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(query(text), expected, "{text}");
        }
    }

    #[test]
    fn records_are_found_as_people_look_for_them() {
        let text = "开封市某化工有限公司 9141020000000000XX 液氨储罐区 T-101A";
        for words in ["化工", "液氨", "开封 储罐", "914102", "t101", "T-101", "101a", "氨", "区", "公司液氨"]
        {
            assert_eq!(finds(words, text), words != "公司液氨", "{words}");
        }
    }

    #[test]
    fn endless_words_are_cut_alike_in_text_and_query() {
        let word = "x".repeat(10_000);
        assert_eq!(tokens(&word), ["x".repeat(64)]);
        assert!(finds(&word, &word));
    }

    proptest! {
        #[test]
        fn every_part_of_a_text_finds_it(text in "[安全生产罐区氨，。 aB3-]{0,30}", from in 0_usize..30, length in 1_usize..8) {
            let part: String = text.chars().skip(from).take(length).filter(|c| is_chinese(*c)).collect();
            if text.contains(&part) {
                prop_assert!(finds(&part, &text), "{} in {}", part, text);
            }
        }

        #[test]
        fn pairs_of_a_query_are_tokens_of_the_text(text in "[一-龥]{2,20}", from in 0_usize..18, length in 2_usize..20) {
            let part: String = text.chars().skip(from).take(length).collect();
            if part.chars().count() >= 2 {
                let held = tokens(&text);
                for token in query_tokens(&part) {
                    prop_assert!(!token.prefix && held.contains(&token.text));
                }
            }
        }

        #[test]
        fn tokens_hold_letters_and_digits_only_and_are_repeatable(text in "\\PC{0,60}") {
            let found = tokens(&text);
            prop_assert_eq!(&found, &tokens(&text));
            prop_assert!(found.iter().all(|t| !t.is_empty() && t.chars().count() <= 64));
            prop_assert!(found.iter().all(|t| !t.contains([' ', '-', '"', '*', ':', '\''])));
            prop_assert!(finds(&text, &text));
        }
    }
}

//! The reader on the official text of the plan, against the hand-made map of its clauses. The two lie beside the
//! repository; without them these tests say so and check nothing.

use std::path::{Path, PathBuf};

#[path = "../../../../xtask/src/plan_score.rs"]
#[expect(dead_code, reason = "the module is a part of xtask; this test uses its comparison only")]
mod plan_score;

#[expect(clippy::print_stdout, reason = "a test that checks nothing must say so")]
fn shared() -> Option<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let (map, seed) = (root.join("plan"), root.join("seed/kaifeng-2020.txt"));
    if map.is_dir() && seed.is_file() {
        return Some((map, seed));
    }
    println!("SKIPPED: {} or {} is absent", map.display(), seed.display());
    None
}

#[test]
fn the_reader_keeps_what_it_has_reached() {
    let Some((map, seed)) = shared() else { return };
    let scores = plan_score::score(&map, &seed).unwrap();
    println!("{}", plan_score::report(&scores, true));
    let reached = [
        ("ids", scores.ids, 1.0, 1.0),
        ("leads", scores.leads, 0.99, 0.98),
        ("supports", scores.supports, 0.99, 0.98),
        ("standing", scores.standing, 0.99, 0.99),
        ("days", scores.days, 0.99, 0.98),
        ("targets", scores.targets, 0.89, 0.95),
    ];
    for (name, score, precision, recall) in reached {
        assert!(score.precision() >= precision, "{name}: precision {}", score.precision());
        assert!(score.recall() >= recall, "{name}: recall {}", score.recall());
        assert!(score.wanted > 20, "{name}: the map gives next to nothing to compare");
    }
    assert!(scores.in_order);
    assert_eq!(scores.finer.len(), 24);
}

#[test]
fn the_head_of_the_plan_is_read() {
    let Some((_, seed)) = shared() else { return };
    let document = plan::read::read(&std::fs::read(seed).unwrap(), "plan.txt").unwrap();
    assert_eq!(document.title, "开封市安全生产专项整治三年行动方案");
    assert_eq!(
        document.notice.as_deref(),
        Some("开封市安全生产委员会关于印发《开封市安全生产专项整治三年行动方案》的通知")
    );
    assert_eq!(document.issuer.as_deref(), Some("开封市安全生产委员会"));
    assert_eq!(document.number.as_deref(), Some("汴安生委〔2020〕5号"));
    assert_eq!(document.date, base::Day::new(2020, 6, 4));
    assert_eq!(document.parts.len(), 10);
    let standard = document
        .clauses
        .iter()
        .flat_map(|c| &c.citations)
        .filter(|c| c.standard)
        .filter_map(|c| c.number.as_deref());
    let standards: Vec<&str> = standard.collect();
    for number in [
        "GB/T 33000-2016",
        "DB41/T 1646-2018",
        "AQ 9010-2019",
        "GB 36894-2018",
        "GB/T 37243-2019",
        "GB50779-2012",
        "GB 34330-2017",
    ] {
        assert!(standards.contains(&number), "{number} is not among {standards:?}");
    }
}

/// Puts stray spaces and line breaks into a text and takes line breaks out of the middle of sentences.
fn shuffle(text: &str, mut seed: u64, often: u64) -> String {
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let mut out = String::with_capacity(text.len() * 2);
    let mut complete = true;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let ends = matches!(c, '。' | '）' | ')' | '\n') || out.ends_with(['。', '\n']);
        if c == '\n' && !complete && characters.peek() == Some(&'\n') && next() % 2 == 0 {
            continue;
        }
        out.push(c);
        complete = ends;
        let inside_word =
            c.is_ascii_alphanumeric() || characters.peek().is_some_and(char::is_ascii_alphanumeric);
        match next() % often {
            0 => out.push(' '),
            1 => out.push('\u{3000}'),
            2 if !inside_word => out.push('\n'),
            3 if !inside_word => out.push_str("\r\n\r\n"),
            _ => {}
        }
    }
    out
}

#[test]
fn stray_spaces_and_line_breaks_do_not_change_the_ids() {
    let Some((_, seed)) = shared() else { return };
    let text = std::fs::read_to_string(seed).unwrap();
    let ids = |text: &str| -> Vec<String> {
        plan::read::read(text.as_bytes(), "a").unwrap().clauses.into_iter().map(|c| c.id).collect()
    };
    let wanted = ids(&text);
    for seed in 1..=12 {
        let found = ids(&shuffle(&text, seed, 50));
        let difference = wanted.iter().zip(&found).find(|(a, b)| a != b);
        assert_eq!((difference, found.len()), (None, wanted.len()), "seed {seed}");
    }
}

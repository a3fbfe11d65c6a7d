//! What somebody may have meant.

/// `"x" is not a known <what>; ` with the nearest known names, or the first ones where none is near.
#[must_use]
pub fn nearest(what: &str, name: &str, known: &[String]) -> String {
    let mut ranked: Vec<(usize, &str)> = known.iter().map(|k| (distance(name, k), k.as_str())).collect();
    ranked.sort_unstable();
    let far = (name.chars().count() / 2).max(2);
    let near: Vec<&str> = ranked.iter().filter(|(d, _)| *d <= far).take(4).map(|(_, k)| *k).collect();
    if near.is_empty() {
        let mut all: Vec<&str> = known.iter().map(String::as_str).collect();
        all.sort_unstable();
        let more = if all.len() > 24 { " ..." } else { "" };
        all.truncate(24);
        return format!("\"{name}\" is not a {what}; known are {}{more}", all.join(", "));
    }
    format!("\"{name}\" is not a {what}; near are {}", near.join(", "))
}

/// Letters to add, drop or change to make one word the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        let mut next = vec![before];
        for (right, above) in b.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(left != *right);
            before = changed.min(above + 1).min(before + 1);
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_count_letters() {
        for (a, b, expected) in
            [("headcout", "headcount", 1), ("", "abc", 3), ("abc", "abc", 0), ("ab", "ba", 2)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}

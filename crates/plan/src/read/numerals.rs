//! Numbers as plans write them: `12`, `十二`, `二〇二〇`, `两`.

/// The value of one Chinese digit.
fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// A Chinese number up to 999 at the beginning of `text`, with its length in bytes.
pub(crate) fn chinese(text: &str) -> Option<(u32, usize)> {
    let (mut total, mut pending, mut length, mut seen) = (0_u32, None::<u32>, 0, false);
    for c in text.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            _ => 1,
        };
        if unit > 1 {
            if unit == 100 && pending.is_none() {
                break;
            }
            total += pending.take().unwrap_or(1) * unit;
        } else if let Some(value) = digit(c) {
            if pending.is_some_and(|p| p != 0) {
                break;
            }
            pending = Some(value);
        } else {
            break;
        }
        seen = true;
        length += c.len_utf8();
        if length > 15 {
            break;
        }
    }
    let value = total + pending.unwrap_or(0);
    (seen && value > 0).then_some((value, length))
}

/// A number in ASCII digits at the beginning of `text`, at most `most` digits, with its length in bytes.
pub(crate) fn arabic(text: &str, most: usize) -> Option<(u32, usize)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 || length > most {
        return None;
    }
    Some((text.get(..length)?.parse().ok()?, length))
}

/// A number in either writing.
pub(crate) fn either(text: &str) -> Option<(u32, usize)> {
    arabic(text, 9).or_else(|| chinese(text))
}

/// A year in four digits, `2020` or `二〇二〇`, with its length in bytes.
pub(crate) fn year(text: &str) -> Option<(i32, usize)> {
    let found = match arabic(text, 4) {
        Some((value, 4)) => Some((value, 4)),
        Some(_) => None,
        None => {
            let digits: Vec<u32> = text.chars().take(4).map_while(digit).collect();
            (digits.len() == 4).then(|| (digits.iter().fold(0, |sum, d| sum * 10 + d), 12))
        }
    };
    let (value, length) = found?;
    let value = i32::try_from(value).ok()?;
    (1949..=2100).contains(&value).then_some((value, length))
}

/// Writes 1 to 99 as `一` to `九十九`.
pub(crate) fn to_chinese(value: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let of = |n: u32| DIGITS.get(n as usize).copied().unwrap_or("");
    match value {
        1..=9 => of(value).to_owned(),
        10..=19 => format!("十{}", of(value % 10)),
        20..=99 => format!("{}十{}", of(value / 10), of(value % 10)),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers_are_read_to_their_end() {
        let cases = [
            ("一、", 1),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("三十五条", 35),
            ("一百〇三", 103),
            ("两次", 2),
        ];
        for (text, value) in cases {
            assert_eq!(chinese(text).map(|f| f.0), Some(value), "{text}");
        }
        assert_eq!(chinese("百"), None);
        assert_eq!(chinese("二三季度"), Some((2, 3)));
        for n in 1..100 {
            assert_eq!(chinese(&to_chinese(n)), Some((n, to_chinese(n).len())));
        }
    }

    #[test]
    fn years_have_four_digits() {
        assert_eq!(year("2020年"), Some((2020, 4)));
        assert_eq!(year("二〇二一年"), Some((2021, 12)));
        for text in ["20205", "202", "一二三", "0371"] {
            assert_eq!(year(text), None, "{text}");
        }
    }
}

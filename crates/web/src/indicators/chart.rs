//! A small line of the last periods, made by the server: its numbers stand beside it as text.

/// Width and height of the drawing.
const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;
/// Room at the edges.
const EDGE: f64 = 3.0;

/// The points of a line through `values`, oldest first; periods without a number leave a gap to the next one. Empty for
/// fewer than two numbers.
pub(super) fn line(values: &[Option<f64>]) -> String {
    let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(i, v)| Some((i, (*v)?))).collect();
    if known.len() < 2 {
        return String::new();
    }
    let least = known.iter().map(|(_, v)| *v).fold(f64::INFINITY, f64::min);
    let most = known.iter().map(|(_, v)| *v).fold(f64::NEG_INFINITY, f64::max);
    let span = if most - least > 1e-9 { most - least } else { 1.0 };
    let last = u32::try_from(values.len().saturating_sub(1)).unwrap_or(1).max(1);
    let point = |(i, value): &(usize, f64)| {
        let at = f64::from(u32::try_from(*i).unwrap_or(0)) / f64::from(last);
        let x = EDGE + at * (WIDTH - 2.0 * EDGE);
        let y = HEIGHT - EDGE - (value - least) / span * (HEIGHT - 2.0 * EDGE);
        format!("{x:.1},{y:.1}")
    };
    known.iter().map(point).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_the_oldest_to_the_newest_number() {
        assert_eq!(line(&[Some(0.0), None, Some(1.0)]), "3.0,25.0 117.0,3.0");
        assert_eq!(line(&[Some(0.5), Some(0.5)]), "3.0,25.0 117.0,25.0");
        assert_eq!(line(&[None, Some(1.0)]), "");
    }
}

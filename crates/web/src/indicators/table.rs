//! The tables of a page as a workbook: exactly what is shown.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use base::Language;
use report::xlsx::column::ColumnKind;
use report::xlsx::write::{Design, ExportColumn, Value, Workbook};

use super::card::{card_for, items, lines};
use super::cards::standing;
use super::one::{course, indicator_for, seen, tables};
use super::text::Words;
use crate::app::App;
use crate::build::address::Wanted;
use crate::errors::Failure;
use crate::path::Path;
use crate::routes::workbook;
use crate::visitor::SignedIn;

/// A sheet: name, columns, rows of texts. Numbers are written as numbers.
struct Sheet {
    name: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

pub(super) async fn indicator(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let indicator = indicator_for(&app, &who, &id)?;
    let seen = seen(&app, &who, indicator, Wanted::read(query.as_deref()).one("period")).await?;
    let register = app.engine().register_of(indicator)?;
    let columns = |first: &str| {
        [first, "measure.value", "measure.hit", "measure.base", "measure.unknown"]
            .map(|key| w.t(key))
            .to_vec()
    };
    let mut by_period = columns("measure.period");
    by_period.extend(["measure.target", "measure.state", "measure.change"].map(|key| w.t(key)));
    let period_rows = course(indicator, &id, &seen.course, w)
        .into_iter()
        .map(|l| vec![l.label, l.number, l.hit, l.base, l.unknown, l.target, l.reached.1, l.change]);
    let mut sheets =
        vec![Sheet { name: w.t("measure.by_period"), columns: by_period, rows: period_rows.collect() }];
    for table in tables(&app, &who, indicator, register, seen.period, w).await? {
        let rows = table.lines.into_iter().map(|l| vec![l.label, l.number, l.hit, l.base, l.unknown]);
        sheets.push(Sheet { name: table.title, columns: columns("measure.group"), rows: rows.collect() });
    }
    let title = indicator.title.in_language(w.0);
    send(&format!("{title}-{}.xlsx", seen.period.code()), sheets, w.0).await
}

pub(super) async fn scorecard(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let w = Words(who.visitor.language);
    let card = card_for(&app, &who, &id)?;
    let (period, standing) = standing(&app, &who, card, Wanted::read(query.as_deref()).one("period")).await?;
    let mut columns = ["score.rank", "score.subject", "score.score", "score.grade"].map(|k| w.t(k)).to_vec();
    columns.extend(items(card, w).into_iter().map(|(title, weight)| format!("{title} ({weight})")));
    columns.push(w.t("score.note"));
    let row = |l: super::card::Line| {
        let mut row = vec![l.rank, l.title, l.score, l.grade];
        row.extend(l.points);
        row.push(l.note);
        row
    };
    let rows = lines(card, &standing.scored, period, w).into_iter().map(row).collect();
    let title = card.title.in_language(w.0);
    let sheet = Sheet { name: period.label(w.0), columns, rows };
    send(&format!("{title}-{}.xlsx", period.code()), vec![sheet], w.0).await
}

async fn send(name: &str, sheets: Vec<Sheet>, l: Language) -> Result<Response, Failure> {
    let written = tokio::task::spawn_blocking(move || written(sheets, l));
    let bytes = written.await.map_err(|e| Failure::Broken(e.to_string()))??;
    Ok(workbook(name, bytes))
}

/// A number as it was written for people; None for words.
fn plain(text: &str) -> Option<f64> {
    let digits = text.replace(',', "");
    match digits.strip_suffix(" %") {
        Some(share) => share.parse::<f64>().ok().map(|s| s / 100.0),
        None => digits.parse().ok(),
    }
}

fn written(sheets: Vec<Sheet>, l: Language) -> Result<Vec<u8>, Failure> {
    let failed = |e: report::xlsx::write::WriteError| Failure::Broken(format!("a workbook: {e}"));
    let mut workbook = Workbook::new(l);
    for (i, sheet) in sheets.into_iter().enumerate() {
        let kind = |at: usize| {
            let numbers =
                sheet.rows.iter().filter_map(|row| row.get(at)).filter(|t| !t.is_empty() && *t != "–");
            let mut all = numbers.peekable();
            if at > 0 && all.peek().is_some() && all.all(|t| plain(t).is_some()) {
                ColumnKind::Number
            } else {
                ColumnKind::Text
            }
        };
        let kinds: Vec<ColumnKind> = (0..sheet.columns.len()).map(kind).collect();
        let columns = sheet.columns.iter().zip(&kinds).map(|(title, kind)| ExportColumn::new(title, *kind));
        // Names of sheets must differ and have at most 31 characters.
        let name: String = format!("{} {}", i + 1, sheet.name).chars().take(30).collect();
        let design = Design { name, columns: columns.collect(), ..Design::default() };
        let mut out = workbook.sheet(&design).map_err(failed)?;
        for row in &sheet.rows {
            let cell = |(text, kind): (&'_ String, &ColumnKind)| match (plain(text), kind) {
                (Some(number), ColumnKind::Number) => Value::Number(number),
                _ => Value::Empty,
            };
            let cells: Vec<Value<'_>> = row
                .iter()
                .zip(&kinds)
                .map(|(text, kind)| match cell((text, kind)) {
                    Value::Empty if *kind == ColumnKind::Text => Value::Text(text),
                    other => other,
                })
                .collect();
            out.row(&cells).map_err(failed)?;
        }
        out.finish().map_err(failed)?;
    }
    workbook.bytes().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_numbers_again() {
        for (text, expected) in
            [("1,234.5", Some(1234.5)), ("87.5 %", Some(0.875)), ("甲县", None), ("", None)]
        {
            assert_eq!(plain(text), expected, "{text}");
        }
    }
}

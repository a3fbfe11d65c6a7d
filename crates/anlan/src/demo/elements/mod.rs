//! The elements of the packs in use: every register has records, every procedure open and closed cases, duties are
//! fulfilled by some and missed by others, figures have values. The model says what there is; people of the demo do it
//! through the same engine calls as the pages, so that rules, roles and limits hold.

mod cases;
mod cast;
mod duties;
mod events;
mod figures;
mod fill;
mod maker;
mod needs;
mod order;
mod owed;
mod pool;
mod public;
mod records;
mod solve;
mod standing;
mod tally;
mod targets;
#[cfg(test)]
mod tests;
mod words;

use base::Day;

use super::photos::Photos;
use crate::data::City;
use maker::Maker;

/// What is made before the city's day is swept, and what may then be done with what the sweeps bring about.
pub(super) struct Elements<'a>(Maker<'a>);

impl<'a> Elements<'a> {
    /// Records and cases of every register and procedure.
    pub(super) async fn lived(
        city: &'a City,
        photos: &'a Photos,
        began: Day,
        today: Day,
        seed: u64,
    ) -> Result<Self, String> {
        let cast = cast::Cast::gather(city, began).await?;
        let mut maker = Maker::new(city, photos, today, cast, seed ^ 0x656c_656d);
        maker.gather_records().await?;
        maker.all_records().await?;
        maker.events().await?;
        maker.standing().await?;
        maker.bodies().await?;
        Ok(Self(maker))
    }

    /// What sweeps have made: documents and campaigns owed, proposals, duties handed in; then what is looked at.
    pub(super) async fn answered(&mut self) -> Result<(), String> {
        let maker = &mut self.0;
        maker.swept = true;
        maker.owed().await?;
        maker.owed_by_all().await?;
        maker.proposals().await?;
        maker.hand_in().await?;
        maker.assessments().await?;
        maker.inspect().await?;
        maker.publish().await?;
        maker.connectors().await
    }

    /// Points given and a period released, once the figures are counted; then the summary.
    pub(super) async fn counted(mut self) -> Result<(), String> {
        self.0.points().await?;
        self.0.release().await?;
        self.0.tell().await
    }
}

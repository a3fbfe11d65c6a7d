//! Attachments of records: photos and files by content hash. A file is as visible as a record that holds it.

use base::Id;
use city::Actor;
use judge::Fact;
use plan::pack::FieldKind;

use crate::{Engine, EngineError};

impl Engine {
    /// Whether `actor` may read the attachment `hash` of this record: they see the record, and one of its image or
    /// file fields that they may read holds it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] otherwise.
    pub async fn may_read_file(
        &self,
        actor: &Actor,
        register: &str,
        id: Id,
        hash: &str,
    ) -> Result<(), EngineError> {
        let record = self.record(actor, register, id).await?;
        let definition = self.register(register)?;
        let files = definition.fields.iter().filter(|f| matches!(f.kind, FieldKind::Image | FieldKind::File));
        let mut lists = files.filter_map(|f| record.facts.get(f.name()));
        let holds = |fact: &Fact| matches!(fact, Fact::List(list) if list.iter().any(|h| h == hash));
        if lists.any(holds) { Ok(()) } else { Err(EngineError::NotFound) }
    }
}

//! Our values on PostgreSQL's wire.

use std::error::Error;

use base::Id;
use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};

use crate::Value;

type Wrong = Box<dyn Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Bool(v), &Type::BOOL) => v.to_sql(kind, out),
            (Self::Int(v), &Type::INT8) => v.to_sql(kind, out),
            (Self::Int(v), &Type::INT4) => i32::try_from(*v)?.to_sql(kind, out),
            (Self::Int(v), &Type::FLOAT8) => (*v as f64).to_sql(kind, out),
            (Self::Float(v), &Type::FLOAT8) => v.to_sql(kind, out),
            (Self::Text(v), &Type::TEXT | &Type::VARCHAR | &Type::NAME) => v.to_sql(kind, out),
            (Self::Bytes(v), &Type::BYTEA | &Type::UUID) => v.as_slice().to_sql(&Type::BYTEA, out),
            (Self::Id(v), &Type::BYTEA | &Type::UUID) => v.to_bytes().as_slice().to_sql(&Type::BYTEA, out),
            (value, kind) => Err(format!("a {} value does not suit the type {kind}", value.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        self.to_sql(kind, out)
    }
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Wrong> {
        Ok(match *kind {
            Type::BOOL => Self::Bool(bool::from_sql(kind, raw)?),
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i64::from(i32::from_sql(kind, raw)?)),
            Type::FLOAT8 => Self::Float(f64::from_sql(kind, raw)?),
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            Type::UUID => Self::Id(Id::from_bytes(raw).ok_or("a uuid of another length")?),
            _ => Self::Text(String::from_sql(&Type::TEXT, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Wrong> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        let plain = [
            Type::BOOL,
            Type::INT8,
            Type::INT4,
            Type::FLOAT8,
            Type::BYTEA,
            Type::UUID,
            Type::TEXT,
            Type::VARCHAR,
            Type::NAME,
        ];
        plain.contains(kind)
    }
}

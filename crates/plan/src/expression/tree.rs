//! The typed tree. Whatever stands here suits its place: the checker has seen to it.

use base::{Day, Instant};

use super::Kind;

/// A record that an expression is about, by the name that the text uses, such as `s` for the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The variable.
    pub name: String,
    /// The register of the record.
    pub register: String,
}

/// Something that holds, fails or cannot be judged.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// Known beforehand: yes, no, or missing.
    Constant(Constant),
    /// A yes-no value that is put in by folding.
    Input(Input),
    /// A yes-no field.
    Field(Path),
    /// The field is filled. Never impossible to judge.
    Has(Path),
    /// Not.
    Not(Box<Truth>),
    /// All of them.
    All(Vec<Truth>),
    /// Any of them.
    Any(Vec<Truth>),
    /// The second where the first holds, the third where it fails.
    If(Box<Truth>, Box<Truth>, Box<Truth>),
    /// Both hold or both fail.
    Same(Box<Truth>, Box<Truth>),
    /// A comparison of two values of one kind.
    Compare(Compared, Term, Term),
    /// An instant against a day that folding puts in. Gone after folding.
    OnDay(Compared, Term, Term),
    /// One of a list.
    OneOf(Term, Listed),
    /// A list of choices has this one.
    Contains(Path, Term),
    /// A text begins so.
    Prefix(Path, Term),
    /// A text has this part somewhere.
    Part(Path, Term),
    /// There is a linked row for which the condition holds.
    Exists(Box<Lookup>),
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// Known beforehand.
    Constant(Constant),
    /// Put in by folding, of this kind.
    Input(Input, Kind),
    /// A field.
    Field(Path),
    /// The second where the first holds, the third where it fails.
    If(Box<Truth>, Box<Term>, Box<Term>),
    /// A whole number as a floating-point one.
    Widened(Box<Term>),
    /// A number inside arithmetic: missing beyond [`super::LARGEST_OPERAND`] and below [`super::SMALLEST_OPERAND`].
    Bounded(Box<Term>),
    /// A calculation with 64-bit floating-point numbers. Division by zero is missing.
    Arithmetic(Operation, Box<Term>, Box<Term>),
    /// The number of linked rows for which the condition holds; missing when it cannot be judged for one of them.
    Count(Box<Lookup>),
    /// The sum of a value over the linked rows for which the condition holds, in whole millionths.
    Sum(Box<Lookup>, Box<Term>),
}

/// Known beforehand.
#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Whole(i64),
    /// A floating-point number, finite.
    Decimal(f64),
    /// Text.
    Text(String),
    /// A day.
    Day(Day),
    /// An instant.
    Instant(Instant),
    /// Not known, of this kind, and why.
    Missing(Kind, String),
}

/// What folding puts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The day as of which is judged.
    AsOf,
    /// Today.
    Today,
    /// The first day of the period.
    PeriodFrom,
    /// The last day of the period.
    PeriodUntil,
    /// A dated value, or one entry of its table.
    Value {
        /// Its id.
        id: String,
        /// The entry, where the value is a table.
        key: Option<String>,
    },
}

/// The list of a membership.
#[derive(Debug, Clone, PartialEq)]
pub enum Listed {
    /// These.
    These(Vec<Constant>),
    /// A dated value that is a list.
    Input(Input),
}

/// A field of the record of a variable, or of a record that it refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    /// The variable: first the roots in order, then the variables of lookups from the outside to the inside.
    pub variable: usize,
    /// The references to follow, at most [`super::MOST_HOPS`].
    pub hops: Vec<Hop>,
    /// The register of the field.
    pub register: String,
    /// The field.
    pub field: String,
    /// Its kind.
    pub kind: Kind,
}

/// One reference to follow.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hop {
    /// The register of the reference field.
    pub register: String,
    /// The reference field.
    pub field: String,
    /// The register it points to.
    pub to: String,
}

/// A question to the rows of another register that are linked with this record.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// The register.
    pub register: String,
    /// The place of its variable.
    pub variable: usize,
    /// How its rows are linked, at least one. A row whose field is empty belongs to nobody.
    pub links: Vec<Link>,
    /// The condition on a linked row.
    pub condition: Truth,
}

/// A field of the looked-up row equals a value of the records around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The field of the looked-up row, without references.
    pub inner: Path,
    /// The field of the records around it.
    pub outer: Path,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A calculation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

impl Compared {
    /// With both sides exchanged.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// True for `==` and `!=`.
    #[must_use]
    pub fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    /// What the order of both sides says.
    #[must_use]
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Constant {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::YesNo(_) => Kind::YesNo,
            Self::Whole(_) => Kind::Whole,
            Self::Decimal(_) => Kind::Decimal,
            Self::Text(_) => Kind::Text,
            Self::Day(_) => Kind::Day,
            Self::Instant(_) => Kind::Instant,
            Self::Missing(kind, _) => *kind,
        }
    }
}

impl Term {
    /// The kind of its value; money counts as a floating-point number of yuan.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Constant(constant) => constant.kind(),
            Self::Input(_, kind) => *kind,
            Self::Field(path) if path.kind == Kind::Money => Kind::Decimal,
            Self::Field(path) => path.kind,
            Self::If(_, then, _) => then.kind(),
            Self::Count(_) => Kind::Whole,
            Self::Widened(_) | Self::Bounded(_) | Self::Arithmetic(..) | Self::Sum(..) => Kind::Decimal,
        }
    }
}

//! A token bucket per caller: each request takes one, they come back at a steady rate.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

use base::{Id, Stopwatch};

use crate::config::Rate;
use crate::errors::Failure;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// A network address.
    Address(IpAddr),
    /// An account.
    Account(Id),
    /// A name that somebody tries to sign in with.
    Name(String),
}

/// One IPv6 customer has a whole /64, so that is one caller.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
        },
    }
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: f64,
}

/// The buckets of all callers.
#[derive(Debug)]
pub(crate) struct Buckets {
    rate: Option<Rate>,
    clock: Stopwatch,
    all: Mutex<HashMap<Caller, Bucket>>,
}

/// Callers kept; full buckets are forgotten beyond that.
const KEPT: usize = 20_000;

impl Buckets {
    /// No limit without a rate.
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self { rate, clock: Stopwatch::start(), all: Mutex::new(HashMap::new()) }
    }

    /// Takes one request from the caller's bucket.
    ///
    /// # Errors
    /// [`Failure::TooMany`] when it is empty.
    pub(crate) fn take(&self, caller: &Caller) -> Result<(), Failure> {
        self.take_at(caller, self.clock.elapsed().as_secs_f64())
    }

    fn take_at(&self, caller: &Caller, now: f64) -> Result<(), Failure> {
        let Some(rate) = self.rate else { return Ok(()) };
        let mut all = match self.all.lock() {
            Ok(all) => all,
            Err(poisoned) => poisoned.into_inner(),
        };
        let filled = |bucket: &Bucket| (bucket.left + (now - bucket.at) * rate.per_second).min(rate.burst);
        if all.len() >= KEPT {
            all.retain(|_, bucket| filled(bucket) < rate.burst);
        }
        let bucket = all.entry(caller.clone()).or_insert(Bucket { left: rate.burst, at: now });
        let left = filled(bucket);
        *bucket = Bucket { left, at: now };
        if left < 1.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between one second and a day"
            )]
            let seconds = ((1.0 - left) / rate.per_second).ceil().clamp(1.0, 86_400.0) as u64;
            return Err(Failure::TooMany { seconds });
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_one_each_interval_and_callers_do_not_share() {
        let buckets = Buckets::new(Some(Rate { per_second: 0.5, burst: 3.0 }));
        let a = Caller::Name("a".into());
        for _ in 0..3 {
            assert!(buckets.take_at(&a, 0.0).is_ok());
        }
        assert!(matches!(buckets.take_at(&a, 0.0), Err(Failure::TooMany { seconds: 2 })));
        assert!(buckets.take_at(&Caller::Name("b".into()), 0.0).is_ok());
        assert!(buckets.take_at(&a, 2.0).is_ok());
        assert!(buckets.take_at(&a, 2.0).is_err());
        for _ in 0..3 {
            assert!(buckets.take_at(&a, 1000.0).is_ok());
        }
        assert!(buckets.take_at(&a, 1000.0).is_err(), "no more than the burst gathers");
    }

    #[test]
    fn the_addresses_of_one_customer_count_as_one() {
        let check = |a: &str, b: &str, same: bool| {
            assert_eq!(network_of(a.parse().unwrap()) == network_of(b.parse().unwrap()), same, "{a} {b}");
        };
        check("2001:db8::1", "2001:db8::ffff:1", true);
        check("2001:db8::1", "2001:db8:0:1::1", false);
        check("::ffff:10.0.0.1", "10.0.0.1", true);
        check("10.0.0.1", "10.0.0.2", false);
    }
}

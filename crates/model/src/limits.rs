//! How much the model may remember, and what it had to leave out.

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $default:expr;)*) => {
        /// The most rows of each kind that are kept.
        #[derive(Clone, Copy, Debug)]
        pub struct Limits { $($(#[$doc])* pub $name: usize,)* }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        /// How many facts found no room, per kind. All zero means that nothing was left out.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Overflow { $($(#[$doc])* pub $name: u64,)* }

        impl Overflow {
            /// Name of the kind and number of facts without room, for every kind.
            pub fn rows(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name),)*].into_iter()
            }
        }
    };
}

limits! {
    /// Hardware and IP addresses; one half is reserved for addresses that were heard, so that a scan of
    /// addresses that nobody has cannot push real machines out.
    addresses = 100_000;
    /// Pairs of hardware and IP address seen together.
    pairs = 200_000;
    /// Rows of who talks to whom; one third is reserved for recognised protocols.
    links = 1_500_000;
    /// Client, server and protocol of commands.
    conversations = 200_000;
    /// Rows of commands and of failed exchanges.
    commands = 200_000;
    /// Identity values in all.
    claims = 400_000;
    /// Different identity values of one address.
    claims_per_address = 256;
    /// Different values of one key of one address: a chatty key must not use up the address's share.
    claims_per_key = 32;
    /// Process variables.
    variables = 100_000;
    /// Accounts seen in log-ins.
    accounts = 20_000;
    /// Names that stand for addresses.
    names = 50_000;
    /// Different texts (identity values, names of variables and users).
    texts = 600_000;
    /// Bytes of all texts together.
    text_bytes = 32 << 20;
    /// Everything else that is counted per address (roles, markers, clocks, routers at work).
    marks = 100_000;
}

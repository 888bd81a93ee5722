//! The shape of this crate's errors.

/// Declares an error enum of one operation: variants without or with one cause in words, and the lower-case fragment
/// that fits after "failed to".
macro_rules! failures {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $(($detail:ty))? $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant $(($detail))?,)* }

        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(failures!(@pattern $variant detail $(($detail))?) => {
                        formatter.write_str($text)?;
                        failures!(@detail formatter detail $(($detail))?);
                        Ok(())
                    })*
                }
            }
        }

        impl core::error::Error for $name {}
    };
    (@pattern $variant:ident $bound:ident) => { Self::$variant };
    (@pattern $variant:ident $bound:ident ($detail:ty)) => { Self::$variant($bound) };
    (@detail $formatter:ident $bound:ident) => {};
    (@detail $formatter:ident $bound:ident ($detail:ty)) => { write!($formatter, ": {}", $bound)?; };
}

pub(crate) use failures;

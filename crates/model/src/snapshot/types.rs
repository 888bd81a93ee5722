//! The form of keys and counters. Fields and numbers are part of the format.

use crate::address::{Address, AddressFacts, AddressId, Few, PairFacts};
use crate::limits::Overflow;
use crate::records::{
    AccountFacts, AccountKey, ClaimKey, CommandFacts, CommandKey, ConversationKey, NeighbourKey, OutcomeKey,
    OwnedDatum, RoleKey, Tally, TargetKey, VariableFacts, VariableKey,
};
use crate::table::TextId;
use batch::{Code, Decoder, Encoder, code_enum, code_struct};
use wire::{Charset, Defect, Malformed};

impl<'a> Code<'a> for AddressId {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        Code::decode(decoder).map(Self)
    }
}

impl<'a> Code<'a> for TextId {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        Code::decode(decoder).map(Self)
    }
}

impl<'a, T: Code<'a> + Copy + Default + Eq, const N: usize> Code<'a> for Few<T, N> {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.unsigned(self.iter().count() as u64);
        self.iter().for_each(|value| value.encode(encoder));
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        let mut few = Self::default();
        decoder.list::<T>(N)?.into_iter().for_each(|value| few.add(value));
        Ok(few)
    }
}

impl<'a> Code<'a> for OwnedDatum {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Bool(value) => (0u8, *value).encode(encoder),
            Self::Int(value) => (1u8, *value).encode(encoder),
            Self::UInt(value) => (2u8, *value).encode(encoder),
            Self::Float(value) => (3u8, *value).encode(encoder),
            Self::Text(bytes, charset) => {
                (4u8, *charset).encode(encoder);
                encoder.sized(bytes);
            }
        }
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        Ok(match decoder.byte()? {
            0 => Self::Bool(Code::decode(decoder)?),
            1 => Self::Int(Code::decode(decoder)?),
            2 => Self::UInt(Code::decode(decoder)?),
            3 => Self::Float(Code::decode(decoder)?),
            4 => {
                let charset: Charset = Code::decode(decoder)?;
                Self::Text(decoder.sized()?.to_vec(), charset)
            }
            _ => return Err(decoder.defect(Defect::BadValue)),
        })
    }
}

code_struct! {
    AddressFacts { first, last, marks, vlans, claims, broadcast_bits }
    PairFacts { first, heard, bound, hop_limits }
    Tally { count, first, last }
    ClaimKey { subject, protocol, part, property, key, value }
    ConversationKey { client, server, protocol }
    CommandKey { conversation, group, code, verb, part }
    CommandFacts { name, counts, copies, first, last }
    OutcomeKey { conversation, group, code, kind, status, reason }
    VariableKey { subject, protocol, part, target }
    VariableFacts { tally, value, changes }
    AccountKey { client, server, protocol, user, method }
    AccountFacts { outcomes, first, last }
    RoleKey { subject, part, protocol, role }
    NeighbourKey { sender, protocol, chassis, port }
    Overflow {
        addresses, pairs, links, conversations, commands, claims, claims_per_address, claims_per_key, variables,
        accounts, names, texts, text_bytes, marks,
    }
}

code_enum! {
    Address { 0 => Mac(mac), 1 => Ip(ip) }
    TargetKey {
        0 => Range { space, major, first },
        1 => Name { space, name },
        2 => Object { space, class, instance, attribute },
    }
}

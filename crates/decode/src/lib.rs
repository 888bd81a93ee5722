//! Link, network and transport layers, flow table and in-order bytes; knows no industrial protocol.

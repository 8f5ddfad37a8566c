//! The services that run on kernel sockets, for the labs and for ordinary clients.

pub mod tftp;

//! TFTP client and server machines, sans-IO.

//! The server: stores ciphertext, can open nothing.

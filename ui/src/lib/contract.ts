// What crosses between the window and the shell: the types are born in Rust and generated into `bindings/view`; nothing in them ever
// carries a path. This file only gathers them under the names that the page uses.
export * from './bindings/view';

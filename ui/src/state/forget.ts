// What must leave the page's memory when the vault is locked registers here.
const all: (() => void)[] = [];

export function onForget(forget: () => void): void {
  all.push(forget);
}

export function forgetAll(): void {
  for (const forget of all) forget();
}

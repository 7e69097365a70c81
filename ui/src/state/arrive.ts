// After a change of place the keyboard goes on from the new page's heading, or from where it says, and not from nowhere.
let coming = true;

export function depart(): void {
  coming = true;
}

/** For the heading of a page: `use:arrive`. A page that is loaded first is arrived at when its heading comes. */
export function arrive(heading: HTMLElement, to: string | null = null): void {
  heading.tabIndex = -1;
  if (!coming) return;
  coming = false;
  const goal = to === null ? null : document.querySelector<HTMLElement>(to);
  (goal ?? heading).focus({ preventScroll: true });
}

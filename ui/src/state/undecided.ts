// Answers on consent that were chosen and not ticked yet. They stay with their incident until they are, or the vault is locked.
import type { Consent } from '../lib/contract';
import type { Editor } from './editor.svelte';
import { onForget } from './forget';

const waiting = new Map<string, Consent>();

export function undecided(editor: Editor): Consent | null {
  return editor.undecided ?? (editor.id === null ? null : (waiting.get(editor.id) ?? null));
}

/** An incident that has no id yet is remembered once it has one: call it again then. */
export function remember(editor: Editor, answers: Consent | null): void {
  editor.undecided = answers;
  if (editor.id === null) return;
  if (answers === null) waiting.delete(editor.id);
  else waiting.set(editor.id, answers);
}

onForget(() => waiting.clear());

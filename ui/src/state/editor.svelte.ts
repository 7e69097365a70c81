// The incident that is being written: its text, whether it is kept, and the promise that nothing typed is lost when keeping fails.
import type { DeliveryView, EvidenceView, IncidentView, Problem, SentView, TimeWords } from '../lib/contract';
import { emptyDraft } from '../lib/draft';
import type { Draft } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { onForget } from './forget';
import { loadIncidents } from './incidents.svelte';
import { beforeClosing, onBeforeLock, onHold } from './session.svelte';

export type Keeping = 'new' | 'kept' | 'changed' | 'keeping' | 'failed';

/** Milliseconds without typing before something is kept, and between tries that fail. */
export const pause = 600;
export const again = 5000;

export class Editor {
  id = $state<string | null>(null);
  draft = $state<Draft>(emptyDraft());
  evidence = $state<EvidenceView[]>([]);
  sent = $state<SentView[]>([]);
  deliveries = $state<DeliveryView[]>([]);
  revision = $state(1);
  missing = $state<string[]>([]);
  faults = $state<Problem[]>([]);
  when = $state<TimeWords>({ key: '', args: {} });
  keeping = $state<Keeping>('new');
  keptAt = $state('');
  /** Answers on consent that wait for the tick. */
  undecided = $state<Draft['consent']>(null);
  problem = $state<Problem | null>(null);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #kept = '';
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(view: IncidentView | null) {
    if (view !== null) this.take(view);
    this.#kept = JSON.stringify(this.draft);
  }

  /** Takes what the shell knows. Text that is not kept yet stays. */
  take(view: IncidentView): void {
    const dirty = this.#kept !== '' && JSON.stringify(this.draft) !== this.#kept;
    this.id = view.id;
    this.evidence = view.evidence;
    this.sent = view.sent;
    this.deliveries = view.deliveries;
    this.revision = view.revision;
    this.missing = view.missing;
    this.faults = view.faults;
    if (dirty) return;
    this.draft = view.draft;
    this.when = view.when;
    this.keeping = 'kept';
    this.keptAt = view.kept_at;
    this.#kept = JSON.stringify(view.draft);
  }

  async reload(): Promise<void> {
    if (this.id !== null) this.take(await call('incident', { id: this.id }));
  }

  /** Something may have changed: keep it when the person pauses. */
  touch(now: string): void {
    if (this.#closed) return;
    if (now === this.#kept) {
      this.#asItWas();
      return;
    }
    if (this.keeping !== 'failed' && this.keeping !== 'keeping') this.keeping = 'changed';
    this.#later(pause);
  }

  /** Whether something here is on the page only. */
  get unkept(): boolean {
    return JSON.stringify(this.draft) !== this.#kept;
  }

  /** Puts a text back that could not be kept before the vault was locked. */
  putBack(draft: Draft): void {
    this.draft = draft;
    this.keeping = 'changed';
  }

  // What was typed was taken back again: nothing is left to keep.
  #asItWas(): void {
    clearTimeout(this.#timer);
    if (this.#running !== null) return;
    this.keeping = this.id === null ? 'new' : 'kept';
    this.problem = null;
  }

  /** Keeps at once what is not kept yet. `evenEmpty` makes an id for an incident that nothing was written in. */
  async keep(evenEmpty = false): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#running !== null) await this.#running;
    const draft = $state.snapshot(this.draft) as Draft;
    const text = JSON.stringify(draft);
    if (this.#closed || (text === this.#kept && !(evenEmpty && this.id === null))) return;
    this.#running = this.#save(draft, text);
    await this.#running;
    this.#running = null;
  }

  /** Nothing more is kept: the incident was deleted, or the vault is locked. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Nothing of it is to stay: what a save under way keeps in the meantime is deleted again. */
  async discard(): Promise<void> {
    this.close();
    if (this.#running !== null) await this.#running;
    if (this.id !== null) await call('delete_incident', { id: this.id });
  }

  async #save(draft: Draft, text: string): Promise<void> {
    // After a failure the words stay until it works: nothing flickers while it is tried again.
    if (this.keeping !== 'failed') this.keeping = 'keeping';
    try {
      const kept = await call('save_draft', { id: this.id, draft });
      this.id = kept.id;
      this.keptAt = kept.kept_at;
      this.missing = kept.missing;
      this.faults = kept.faults;
      this.when = kept.when;
      this.revision = kept.revision;
      this.problem = null;
      this.#kept = text;
      this.keeping = JSON.stringify(this.draft) === text ? 'kept' : 'changed';
      leftBehind.all = leftBehind.all.filter((one) => one !== this);
      if (this.keeping === 'changed' && !this.#closed) this.#later(pause);
      void loadIncidents();
    } catch (thrown) {
      this.problem = problemOf(thrown);
      this.keeping = 'failed';
      if (!this.#closed) this.#later(again);
    }
  }

  #later(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keep(), wait);
  }
}

export const editing = $state<{ editor: Editor | null; again: Editor | null }>({ editor: null, again: null });

/** Texts that were left before they could be kept. They stay here, and are tried again, until they are. */
export const leftBehind = $state<{ all: Editor[] }>({ all: [] });

/** Editors that were left and are being kept for the last time. */
let leaving: Editor[] = [];

export function closeEditor(): void {
  const { editor } = editing;
  editing.editor = null;
  if (editor !== null) void finish(editor);
}

async function finish(editor: Editor): Promise<void> {
  leaving = [...leaving, editor];
  await editor.keep();
  leaving = leaving.filter((one) => one !== editor);
  leave(editor);
}

function leave(editor: Editor): void {
  if (editing.editor === editor || editor.closed) return;
  if (!editor.unkept) editor.close();
  else if (!leftBehind.all.includes(editor)) leftBehind.all = [...leftBehind.all, editor];
}

/** Throws away a text that was never kept. */
export async function discardEditor(editor: Editor): Promise<void> {
  if (editing.editor === editor) editing.editor = null;
  leftBehind.all = leftBehind.all.filter((one) => one !== editor);
  await editor.discard();
  await loadIncidents();
}

/** The editor that still holds an unkept text of this incident, or `null`. */
export function takeLeftBehind(id: string | 'new'): Editor | null {
  const found = id === 'new' ? editing.again : (leftBehind.all.find((one) => one.id === id) ?? null);
  editing.again = null;
  leftBehind.all = leftBehind.all.filter((one) => one !== found);
  return found;
}

/** Everything that is not kept yet. */
export function unkept(): Editor[] {
  const { editor } = editing;
  const all = [...leftBehind.all, ...leaving, ...(editor === null ? [] : [editor])];
  return all.filter((one, at) => one.unkept && !one.closed && all.indexOf(one) === at);
}

/** After unlocking: what could not be kept before the lock is put back and kept now. */
export async function putBackHeld(): Promise<void> {
  for (const { id, draft } of await call('held_drafts', {}).catch(() => [])) {
    const view = id === null ? null : await call('incident', { id }).catch(() => null);
    const editor = new Editor(view);
    editor.putBack(draft);
    await finish(editor);
  }
}

onBeforeLock(async () => {
  await Promise.all(unkept().map((one) => one.keep()));
});

// What is not kept when the vault is locked is sealed in the shell's memory and offered again after unlocking.
onHold(async () => {
  const texts = unkept().map((one) => ({ id: one.id, draft: $state.snapshot(one.draft) as Draft }));
  await Promise.allSettled(texts.map((text) => call('hold_draft', text)));
});

beforeClosing(() => (unkept().length > 0 ? 'closing-unkept' : null));

onForget(() => {
  for (const one of [...leftBehind.all, ...leaving, editing.editor, editing.again]) one?.close();
  leaving = [];
  leftBehind.all = [];
  editing.editor = null;
  editing.again = null;
});

// The incident that is being written: its text, whether it is kept, and the promise that nothing typed is lost when keeping fails.
import type { DeliveryView, EvidenceView, IncidentView, Problem, SentView, TimeWords } from '../lib/contract';
import { emptyDraft } from '../lib/draft';
import type { Draft } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { onForget } from './forget';
import { loadIncidents } from './incidents.svelte';
import { onBeforeLock } from './session.svelte';

export type Keeping = 'new' | 'kept' | 'changed' | 'keeping' | 'failed';

/** Milliseconds without typing before something is kept, and between tries that fail. */
export const pause = 600;
const again = 5000;

export class Editor {
  id = $state<string | null>(null);
  draft = $state<Draft>(emptyDraft());
  evidence = $state<EvidenceView[]>([]);
  sent = $state<SentView[]>([]);
  deliveries = $state<DeliveryView[]>([]);
  revision = $state(1);
  missing = $state<string[]>([]);
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
    if (now === this.#kept || this.#closed) return;
    if (this.keeping !== 'failed' && this.keeping !== 'keeping') this.keeping = 'changed';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keep(), pause);
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

  async #save(draft: Draft, text: string): Promise<void> {
    // After a failure the words stay until it works: nothing flickers while it is tried again.
    if (this.keeping !== 'failed') this.keeping = 'keeping';
    try {
      const kept = await call('save_draft', { id: this.id, draft });
      this.id = kept.id;
      this.keptAt = kept.kept_at;
      this.missing = kept.missing;
      this.when = kept.when;
      this.revision = kept.revision;
      this.problem = null;
      this.#kept = text;
      this.keeping = JSON.stringify(this.draft) === text ? 'kept' : 'changed';
      void loadIncidents();
    } catch (thrown) {
      this.problem = problemOf(thrown);
      this.keeping = 'failed';
      if (!this.#closed) this.#timer = setTimeout(() => void this.keep(), again);
    }
  }
}

export const editing = $state<{ editor: Editor | null }>({ editor: null });

export function closeEditor(): void {
  const { editor } = editing;
  editing.editor = null;
  if (editor !== null) void editor.keep().then(() => editor.close());
}

onBeforeLock(async () => {
  await editing.editor?.keep();
});

onForget(() => {
  editing.editor?.close();
  editing.editor = null;
});

// Long work in the shell, with how far it is. Failed ones stay and say why, how sealing again ended and a copy that was saved are said,
// until they are put away or the vault is locked.
import type { ShellEvent } from '../lib/contract';
import { call } from '../lib/ipc';
import { onForget } from './forget';
import { beforeClosing } from './session.svelte';

export type Job = Extract<ShellEvent, { kind: 'job' }>;

/** `ended` counts those that ended, so that whoever shows what they changed can look again. */
export const jobs = $state<{ all: Job[]; ended: number }>({ all: [], ended: 0 });

/** Kinds of work whose good end is said, with the key of its sentence. */
export const SAID: Readonly<Record<string, string>> = { save: 'save-done', backup: 'copy-done' };

export function takeJob(job: Job): void {
  const others = jobs.all.filter((one) => one.job !== job.job);
  const keep = job.state === 'running' || job.state === 'failed' || job.what === 'seal-again' || (job.state === 'done' && job.what in SAID);
  jobs.all = keep ? [...others, job] : others;
  if (job.state !== 'running') jobs.ended += 1;
}

export function dismiss(job: number): void {
  jobs.all = jobs.all.filter((one) => one.job !== job);
}

export async function cancel(job: number): Promise<void> {
  await call('cancel_job', { job });
}

beforeClosing(() => (jobs.all.some((job) => job.state === 'running') ? 'closing-jobs' : null));

onForget(() => {
  jobs.all = [];
});

// Long work in the shell, with how far it is. Failed ones stay and say why, how sealing again ended and a copy that was saved are said,
// until they are put away or the vault is locked.
import type { ShellEvent } from '../lib/contract';
import { call } from '../lib/ipc';
import { onForget } from './forget';
import { beforeClosing } from './session.svelte';

export type Job = Extract<ShellEvent, { kind: 'job' }>;

export const jobs = $state<{ all: Job[] }>({ all: [] });

export function takeJob(job: Job): void {
  const others = jobs.all.filter((one) => one.job !== job.job);
  const keep = job.state === 'running' || job.state === 'failed' || job.what === 'seal-again' || (job.state === 'done' && job.what === 'save');
  jobs.all = keep ? [...others, job] : others;
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

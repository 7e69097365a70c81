// Long work in the shell, with how far it is. Finished jobs stay until they are dismissed or the vault is locked; failed ones say why.
import type { ShellEvent } from '../lib/contract';
import { call } from '../lib/ipc';
import { onForget } from './forget';

export type Job = Extract<ShellEvent, { kind: 'job' }>;

export const jobs = $state<{ all: Job[] }>({ all: [] });

export function takeJob(job: Job): void {
  const others = jobs.all.filter((one) => one.job !== job.job);
  const keep = job.state === 'running' || job.state === 'failed';
  jobs.all = keep ? [...others, job] : others;
}

export function dismiss(job: number): void {
  jobs.all = jobs.all.filter((one) => one.job !== job);
}

export async function cancel(job: number): Promise<void> {
  await call('cancel_job', { job });
}

onForget(() => {
  jobs.all = [];
});

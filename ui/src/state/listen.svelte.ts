// What the shell tells without being asked, handed to the store that it concerns.
import type { ShellEvent } from '../lib/contract';
import { events } from '../lib/ipc';
import { desk, loadReports } from './desk.svelte';
import { editing } from './editor.svelte';
import { onForget } from './forget';
import { loadIncidents } from './incidents.svelte';
import { takeJob } from './jobs.svelte';
import { takeDeliveries } from './outbox.svelte';
import { close, lockedByShell } from './session.svelte';

/** Whether files are being dragged over the window. */
export const drag = $state({ over: false });

export async function listen(): Promise<void> {
  await events((event) => heard(event));
}

function heard(event: ShellEvent): void {
  switch (event.kind) {
    case 'locked':
      return lockedByShell();
    case 'closing':
      return void close();
    case 'deliveries':
      return takeDeliveries(event.deliveries);
    case 'job':
      return takeJob(event);
    case 'incident':
      if (editing.editor?.id === event.id) void editing.editor.reload();
      return void loadIncidents();
    case 'drag':
      return dragged(event.over);
    case 'fetched':
      desk.fetched = event.result;
      return void loadReports();
  }
}

function dragged(over: boolean): void {
  drag.over = over;
  // Dropped files need an incident to land in, also when nothing was written yet.
  if (over && editing.editor?.id === null) void editing.editor.keep(true);
}

onForget(() => {
  drag.over = false;
});

// What the shell tells without being asked, handed to the store that it concerns.
import type { ShellEvent } from '../lib/contract';
import { events } from '../lib/ipc';
import { desk, loadReports } from './desk.svelte';
import { editing } from './editor.svelte';
import { onForget } from './forget';
import { loadIncidents } from './incidents.svelte';
import { takeJob } from './jobs.svelte';
import { takeDeliveries } from './outbox.svelte';
import { closing, lockedByShell } from './session.svelte';

/** Whether files are being dragged over the window, and how often some were let go there. */
export const drag = $state({ over: false, dropped: 0 });

export async function listen(): Promise<void> {
  await events((event) => heard(event));
}

function heard(event: ShellEvent): void {
  switch (event.kind) {
    case 'locked':
      return lockedByShell();
    case 'closing':
      return void closing();
    case 'deliveries':
      return takeDeliveries(event.deliveries);
    case 'job':
      return takeJob(event);
    case 'incident':
      if (editing.editor?.id === event.id) void editing.editor.reload();
      return void loadIncidents();
    case 'drag':
      drag.over = event.over;
      return;
    case 'dropped':
      drag.dropped += 1;
      return;
    case 'fetched':
      desk.fetched = event.result;
      return void loadReports();
  }
}

onForget(() => {
  drag.over = false;
});

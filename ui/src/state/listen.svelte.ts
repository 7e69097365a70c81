// What the shell tells without being asked, handed to the store that it concerns.
import type { ShellEvent } from '../lib/contract';
import { events } from '../lib/ipc';
import { desk, loadReports } from './desk.svelte';
import { editing } from './editor.svelte';
import { onForget } from './forget';
import { loadIncidents } from './incidents.svelte';
import { takeJob } from './jobs.svelte';
import { takeDeliveries } from './outbox.svelte';
import { go, route } from './route.svelte';
import { closing, leaving, loadSession, lock, session, takeSending } from './session.svelte';

/** Whether files are being dragged over the window, and whether some were let go and wait for their incident. */
export const drag = $state({ over: false, dropped: false });

export async function listen(): Promise<void> {
  await events((event) => heard(event));
}

function heard(event: ShellEvent): void {
  switch (event.kind) {
    case 'locking':
      return void lock();
    case 'leaving':
      return void leaving();
    case 'found':
      return void loadSession();
    case 'closing':
      return void closing();
    case 'sending':
      return takeSending(event.left);
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
      return dropped();
    case 'fetched':
      desk.fetched = event.result;
      return void loadReports();
  }
}

// They belong to the incident that is open; where none is, a new one begins with them.
function dropped(): void {
  if (session.view?.role !== 'journal') return;
  drag.dropped = true;
  const { place } = route;
  if (place.name === 'review' || place.name === 'sent') go({ name: 'incidents', id: place.id });
  else if (editing.editor === null) go({ name: 'incidents', id: 'new' });
}

onForget(() => {
  drag.over = false;
  drag.dropped = false;
});

// Everything that is on its way, and how far.
import type { DeliveryView } from '../lib/contract';
import { call } from '../lib/ipc';
import { onForget } from './forget';
import { incidents } from './incidents.svelte';
import { beforeClosing } from './session.svelte';

const told = $state<{ deliveries: DeliveryView[] | null }>({ deliveries: null });

/** The last word of the shell; before it spoke, what the list of incidents knows. */
export function deliveries(): DeliveryView[] {
  return told.deliveries ?? incidents.lines.flatMap((line) => line.deliveries);
}

export function deliveriesOf(incident: string): DeliveryView[] {
  return deliveries().filter((delivery) => delivery.incident === incident);
}

export async function loadDeliveries(): Promise<void> {
  told.deliveries = await call('deliveries', {}).catch(() => told.deliveries);
}

export function takeDeliveries(all: DeliveryView[]): void {
  told.deliveries = all;
}

beforeClosing(() => (deliveries().some((one) => one.stage === 'sending') ? 'closing-sending' : null));

onForget(() => {
  told.deliveries = null;
});

// Which view is open. Nothing of it reaches an address bar or a history.
import { depart } from './arrive';
import { onForget } from './forget';

export type Place =
  | { name: 'incidents'; id: string | null | 'new' }
  | { name: 'review'; id: string; organisation: string | null }
  | { name: 'sent'; id: string; organisation: string; revision: number }
  | { name: 'organisations'; id: string | null | 'new' }
  | { name: 'outbox' }
  | { name: 'inbox'; id: string | null }
  | { name: 'desk-organisation' }
  | { name: 'keys' }
  | { name: 'safety' }
  | { name: 'settings' };

export const route = $state<{ place: Place; field: string | null }>({ place: { name: 'incidents', id: null }, field: null });

export function go(place: Place, field: string | null = null): void {
  depart();
  route.place = place;
  route.field = field;
}

onForget(() => go({ name: 'incidents', id: null }));

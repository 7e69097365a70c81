// The stages of a delivery in words. Exactly what was verified is said, nothing more.
import type { DeliveryView } from './contract';
import { t } from './words.svelte';

export function stageWords(delivery: DeliveryView): string {
  switch (delivery.stage) {
    case 'kept':
      return t('stage-kept');
    case 'waiting':
      return t('stage-waiting');
    case 'sending':
      return t('stage-sending', { percent: delivery.percent });
    case 'stored':
      return delivery.day === null ? t('stage-stored-soon') : t('stage-stored', { day: delivery.day });
    case 'opened':
      return t('stage-opened', { day: delivery.opened ?? '' });
    case 'answered':
      return t('stage-answered');
    case 'stopped':
      return t('stage-stopped');
  }
}

/** A whole sentence for the same, for places with room. */
export function stageSentence(delivery: DeliveryView): string {
  switch (delivery.stage) {
    case 'kept':
      return t('stage-kept-long');
    case 'waiting':
      return t('stage-waiting-long');
    case 'sending':
      return t('stage-sending-long', { percent: delivery.percent });
    case 'stored':
      return t('stage-stored-long');
    case 'opened':
      return t('stage-opened-long');
    case 'answered':
      return t('stage-answered-long');
    case 'stopped':
      return t('stage-stopped-long');
  }
}

/** Whether the endpoint has signed for it, whatever came after that. */
export const arrived = (delivery: DeliveryView): boolean => ['stored', 'opened', 'answered'].includes(delivery.stage);

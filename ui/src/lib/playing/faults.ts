// Why something does not play, as codes; the words for them are kept with all other words.

/**
 * - `play-unsupported`: nothing here can play it, or it is too large for the only way that could; saving a copy remains.
 * - `play-damaged`: it begins like something known and cannot be read or decoded further.
 * - `play-cut`: it ends before its content does; what is there may have played.
 * - `play-unread`: its bytes could not be had (the vault was locked, the item removed, the blob is broken).
 */
export type PlayCode = 'play-unsupported' | 'play-damaged' | 'play-cut' | 'play-unread';

/** The one error that playing throws or reports, besides the reason of the caller's own signal. */
export class PlayFault extends Error {
  constructor(
    readonly code: PlayCode,
    detail = '',
  ) {
    super(detail === '' ? code : `${code}: ${detail}`);
    this.name = 'PlayFault';
  }
}

/** `error` as a fault: itself if it is one, otherwise `code` with its message. */
export function faultOf(error: unknown, code: PlayCode): PlayFault {
  if (error instanceof PlayFault) return error;
  return new PlayFault(code, error instanceof Error ? error.message : String(error));
}

// A shell that answers ranges out of memory, as the real one does, and can fail.
import type { Fetch } from '../src/lib/playing/ranges';

export type Shell = { load: Fetch; asked: [number, number][]; fault: 'refused' | 'short' | 'gone' | null };

/** Serves `file`; `asked` grows by each range that was asked for. */
export function shell(file: Uint8Array<ArrayBuffer>): Shell {
  const served: Shell = {
    asked: [],
    fault: null,
    load: (_, init) => {
      const range = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init.headers).get('Range') ?? '');
      const [from, to] = [Number(range?.[1]), Number(range?.[2]) + 1];
      served.asked.push([from, to]);
      if (served.fault === 'gone') return Promise.reject(new TypeError('gone'));
      if (served.fault === 'refused') return Promise.resolve(new Response(null, { status: 422 }));
      return Promise.resolve(new Response(file.slice(from, served.fault === 'short' ? to - 1 : to), { status: 206 }));
    },
  };
  return served;
}

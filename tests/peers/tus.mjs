// A journal made of tus-js-client and PROTOCOL.md: draws a capability, exchanges the token that stands on the standard input,
// uploads FILE in pieces, stops halfway and goes on with another object from the upload's address. Usage: tus.mjs ADDRESS FILE
// Prints {"resumed": offset, "status": of the receipt, "receipt": its text}.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [address, file] = process.argv.slice(2);
const require = createRequire(new URL('../../ui/package.json', import.meta.url));
const { Upload } = require('tus-js-client');

const secret = randomBytes(32);
const hash = createHash('sha256').update('chronicle/capability/v1\n').update(secret).digest('hex');
const token = readFileSync(0, 'utf8').trim();
const exchanged = await fetch(`${address}/v1/capability`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ capability: hash }),
});
if (exchanged.status !== 200) throw new Error(`the token was not exchanged: ${exchanged.status}`);

const content = readFileSync(file);
const sha256 = createHash('sha256').update(content).digest('hex');
const headers = { Authorization: `Bearer ${secret.toString('base64url')}` };
const options = {
  endpoint: `${address}/v1/upload`,
  headers,
  chunkSize: 100_000,
  retryDelays: [0, 200, 500],
  metadata: { filename: 'a-name-that-says-too-much.pdf', filetype: 'application/pdf', sha256 },
  storeFingerprintForResuming: false,
};

const uploadUrl = await new Promise((resolve, reject) => {
  const upload = new Upload(content, {
    ...options,
    onError: reject,
    onSuccess: () => reject(new Error('it was not to be whole yet')),
    onChunkComplete: (_, done) => {
      if (done >= content.length / 2) void upload.abort().then(() => resolve(upload.url), reject);
    },
  });
  upload.start();
});
let resumed = null;
await new Promise((resolve, reject) => {
  new Upload(content, {
    ...options,
    uploadUrl,
    onError: reject,
    onSuccess: resolve,
    onProgress: (done) => {
      resumed ??= done;
    },
  }).start();
});
const answer = await fetch(`${address}/v1/receipt/${sha256}`, { headers: { ...headers, 'Tus-Resumable': '1.0.0' } });
console.log(JSON.stringify({ resumed, status: answer.status, receipt: await answer.text() }));

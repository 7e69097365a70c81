// A server of tus that somebody else wrote, where an endpoint would be: @tus/server over @tus/file-store. It has no checksums, no
// receipts and no capabilities. Usage: tus-server.mjs PORT FOLDER. Prints "serving", and ends with its standard input.
import { createRequire } from 'node:module';

const [port, directory] = process.argv.slice(2);
const require = createRequire(new URL('../../ui/package.json', import.meta.url));
const { Server } = await import(require.resolve('@tus/server'));
const { FileStore } = await import(require.resolve('@tus/file-store'));

const server = new Server({ path: '/v1/upload', datastore: new FileStore({ directory }), relativeLocation: true });
server.listen({ host: '127.0.0.1', port: Number(port) }, () => console.log('serving'));
process.stdin.on('end', () => process.exit(0)).resume();

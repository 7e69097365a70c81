// The other implementation of age's hybrid recipients. Reads {identity, file} from its standard input, the file in base64: opens
// it, and seals what was in it backwards to the same identity. Prints {recipient, opened, sealed}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../ui/package.json', import.meta.url));
const { Decrypter, Encrypter, identityToRecipient } = await import(require.resolve('age-encryption'));

const given = JSON.parse(readFileSync(0, 'utf8'));
const decrypter = new Decrypter();
decrypter.addIdentity(given.identity);
const opened = await decrypter.decrypt(Buffer.from(given.file, 'base64'));
const recipient = await identityToRecipient(given.identity);
const encrypter = new Encrypter();
encrypter.addRecipient(recipient);
const sealed = await encrypter.encrypt(opened.slice().reverse());
console.log(JSON.stringify({ recipient, opened: Buffer.from(opened).toString('base64'), sealed: Buffer.from(sealed).toString('base64') }));

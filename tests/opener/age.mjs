// `age -d -i - FILE`, as age 1.3 would do it, over another implementation: where the system's age is older and does not know the
// hybrid recipients. Identities come from the standard input; the plaintext goes to the standard output.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [decrypt, by, stdin, file, ...rest] = process.argv.slice(2);
if (decrypt !== '-d' || by !== '-i' || stdin !== '-' || file === undefined || rest.length > 0) {
  console.error('use: age.mjs -d -i - FILE');
  process.exit(2);
}
const require = createRequire(new URL('../../ui/package.json', import.meta.url));
const { Decrypter } = await import(require.resolve('age-encryption'));
const decrypter = new Decrypter();
for (const line of readFileSync(0, 'utf8').split('\n')) {
  if (line !== '' && !line.startsWith('#')) decrypter.addIdentity(line);
}
process.stdout.write(await decrypter.decrypt(readFileSync(file)));

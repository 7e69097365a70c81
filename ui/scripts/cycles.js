// Fails when two files of src/ import each other, directly or around a corner. Type-only imports do not count: they are gone at run time.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../src');
const files = walk(root);
const edges = new Map(files.map((file) => [file, importsOf(file)]));
const done = new Set();
const cycles = [];
for (const file of files) visit(file, []);
for (const cycle of cycles) console.error('import cycle: ' + cycle.map((file) => relative(root, file)).join(' -> '));
if (cycles.length > 0) process.exit(1);
console.log(`no import cycles in ${files.length} files`);

function walk(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return walk(path);
    return /\.(ts|js|svelte)$/.test(name) ? [path] : [];
  });
}

function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(/(?:^|[\s;])(?:import|export)\s+(?!type\b)[^'";]*?from\s*['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g)];
  return found.flatMap((match) => {
    const wanted = resolve(dirname(file), match[1] ?? match[2]);
    const hit = [wanted, `${wanted}.ts`, `${wanted}.svelte`].find((path) => files.includes(path));
    return hit ? [hit] : [];
  });
}

function visit(file, path) {
  const at = path.indexOf(file);
  if (at >= 0) return void cycles.push([...path.slice(at), file]);
  if (done.has(file)) return;
  for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
  done.add(file);
}

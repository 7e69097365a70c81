// Lint rules of the page. Three of them are walls: one file speaks to the shell, nothing is rendered as HTML, no inline styles.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const onlyIpc = {
  patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/lib/ipc.ts speaks to the shell.' }],
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      'no-restricted-imports': ['error', onlyIpc],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/no-inline-styles': ['error', { allowTransitions: false }],
      'svelte/button-has-type': 'error',
      'svelte/no-target-blank': 'error',
      'svelte/require-each-key': 'error',
    },
  },
  { files: ['src/lib/ipc.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['scripts/**', '*.js', 'tests/**'], languageOptions: { globals: { ...globals.node } }, rules: { 'no-console': 'off' } },
);

// Builds the test page as the shipped page is built: plain files, nothing inlined.
export default {
  root: new URL('./page', import.meta.url).pathname,
  logLevel: 'warn',
  build: { target: 'safari18', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false, emptyOutDir: true },
};

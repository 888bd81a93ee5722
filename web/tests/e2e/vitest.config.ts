import { defineConfig } from 'vitest/config';

/** Real clicks in a headless browser against a running server; `YAGURA_URL` is what the demo prints as `ready:`. */
export default defineConfig({
  test: {
    root: new URL('.', import.meta.url).pathname,
    include: ['**/*.test.ts'],
    // A machine that builds at the same time is slow; what is waited for is always a thing on screen.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
    sequence: { concurrent: false },
  },
});

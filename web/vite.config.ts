import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** PatternFly's own Latin fonts weigh more than the console and have no Japanese: the system's fonts are used. */
function withoutFonts(): Plugin {
  return {
    name: 'without-fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('@patternfly') || !id.endsWith('.css')) return null;
      return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ''), map: null };
    },
  };
}

const server = process.env.YAGURA_SERVER ?? 'http://127.0.0.1:8443';

export default defineConfig({
  plugins: [withoutFonts(), react()],
  build: {
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // No hashes: the files are committed, and the server answers with an entity tag.
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  worker: {
    format: 'es',
    rolldownOptions: { output: { entryFileNames: 'assets/[name].js' } },
  },
  server: {
    proxy: {
      '/api': { target: server, changeOrigin: true, headers: { origin: server } },
      '/enter': { target: server, changeOrigin: true },
    },
  },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'tests/unit/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0]);

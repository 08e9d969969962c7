import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv } from 'vite'

/** The server's own settings, read as it reads them: from `.env`, and before that from the environment. */
const { PORT = '3000' } = { ...loadEnv('development', join(import.meta.dirname, '..'), 'PORT'), ...process.env }
const apiAddress = `http://localhost:${PORT}`

// A caller's NODE_ENV, such as a test run's, must not make a development build of React.
if (process.argv.includes('build')) process.env.NODE_ENV = 'production'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Older targets would have light-dark() rewritten to variables that only a declared colour scheme in our own CSS sets.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Fonts and images stay files: the page's policy allows no data: addresses but for images.
    assetsInlineLimit: 0,
    // Charts of the admin pages are loaded with those pages; the first load stays below this.
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: 5173,
    // A pattern: a bare `/api` would take the page's own api.ts as well.
    proxy: { '^/api/': { target: apiAddress, changeOrigin: false }, '/healthz': { target: apiAddress } },
  },
})

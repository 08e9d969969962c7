import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const apiAddress = process.env.API_ADDRESS ?? 'http://localhost:3000'

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
    proxy: { '/api': { target: apiAddress, changeOrigin: false }, '/healthz': { target: apiAddress } },
  },
})

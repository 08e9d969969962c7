import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
// In a cascade layer: our own styles win in whatever order the pieces of the page are loaded.
import '@mantine/core/styles.layer.css'
import '@mantine/dropzone/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import '@mantine/spotlight/styles.layer.css'
import './styles.css'
import { App } from './app.tsx'
import { i18nReady } from './i18n.ts'

const root = document.querySelector('#root')
if (root === null) throw new Error('The page has no #root')
await i18nReady()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)

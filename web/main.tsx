import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@mantine/core/styles.css'
import '@mantine/dropzone/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
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

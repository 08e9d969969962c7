// Runs before the first paint, as a file of its own because the page's policy allows no inline scripts.
;(function () {
  var stored = null
  try {
    stored = localStorage.getItem('mp4totext.theme')
  } catch {
    // Storage can be switched off; the system's choice serves then.
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()

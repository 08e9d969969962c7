/** Pieces of HTML mail. Everything that comes from outside goes through `escape`. */
export const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** Mail programs read no style sheets, so the little there is stands in the elements. */
export const page = (title: string, body: string, locale: string): string =>
  `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title></head>
<body style="font-family:system-ui,sans-serif;line-height:1.5;max-width:680px;margin:0 auto;padding:16px">
<h1 style="font-size:20px">${escape(title)}</h1>
${body}
</body></html>`

const CELL = 'padding:4px 8px;border-bottom:1px solid #8884'

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (tag: 'th' | 'td', cells: readonly string[]): string =>
    `<tr>${cells.map((cell, at) => `<${tag} style="${CELL};text-align:${at === 0 ? 'left' : 'right'}">${escape(cell)}</${tag}>`).join('')}</tr>`
  return `<table style="border-collapse:collapse;width:100%"><thead>${line('th', head)}</thead><tbody>${rows
    .map((row) => line('td', row))
    .join('')}</tbody></table>`
}

export const heading = (text: string): string => `<h2 style="font-size:16px">${escape(text)}</h2>`
export const paragraph = (text: string): string => `<p>${escape(text)}</p>`
export const link = (url: string, text: string): string => `<p><a href="${escape(url)}">${escape(text)}</a></p>`

/** The Markdown that models write in summaries, as blocks: headings, lists, quotes, paragraphs. Never HTML. */

export interface Inline {
  text: string
  bold: boolean
  italic: boolean
  code: boolean
  /** Set for a link to a moment of the recording; other links stay text. */
  second?: number
}

export interface Block {
  kind: 'heading' | 'paragraph' | 'bullet' | 'numbered' | 'quote' | 'rule' | 'code'
  /** Depth of a heading (1 to 6) or of a list item (0 and up). */
  level: number
  /** The number a numbered item was written with. */
  marker: string
  inlines: Inline[]
}

const inlinePattern =
  /\[([^\]\n]+)\]\(#t=(\d+(?:\.\d+)?)\)|(\*\*|__)(?=\S)(.+?)(?<=\S)\3|(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\5(?![\w*])|`([^`]+)`/gu

const plain: Omit<Inline, 'text'> = { bold: false, italic: false, code: false }

export const parseInlines = (text: string, style: Omit<Inline, 'text'> = plain): Inline[] => {
  const inlines: Inline[] = []
  let at = 0
  const push = (part: string, more: Partial<Inline> = {}): void => {
    if (part !== '') inlines.push({ text: part, ...style, ...more })
  }
  for (const match of text.matchAll(inlinePattern)) {
    push(text.slice(at, match.index))
    const [whole, label, second, , strong, , emphasis, code] = match
    if (label !== undefined) push(label, { second: Number(second) })
    else if (strong !== undefined) inlines.push(...parseInlines(strong, { ...style, bold: true }))
    else if (emphasis !== undefined) inlines.push(...parseInlines(emphasis, { ...style, italic: true }))
    else push(code ?? '', { code: true })
    at = match.index + whole.length
  }
  push(text.slice(at))
  return inlines
}

const block = (kind: Block['kind'], text: string, level = 0, marker = ''): Block => ({
  kind,
  level,
  marker,
  inlines: kind === 'code' ? [{ text, bold: false, italic: false, code: true }] : parseInlines(text),
})

const readLine = (line: string): Block | null => {
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/u.exec(line)
  if (heading !== null) return block('heading', heading[2] ?? '', (heading[1] ?? '').length)
  if (/^\s*([-*_])(\s*\1){2,}\s*$/u.test(line)) return block('rule', '')
  const item = /^(\s*)([-*+•]|(\d+)[.)])\s+(.*)$/u.exec(line)
  if (item !== null) {
    const level = Math.floor((item[1] ?? '').length / 2)
    return item[3] === undefined
      ? block('bullet', item[4] ?? '', level)
      : block('numbered', item[4] ?? '', level, item[3])
  }
  const quote = /^>\s?(.*)$/u.exec(line)
  return quote === null ? null : block('quote', quote[1] ?? '')
}

export const parseMarkdown = (content: string): Block[] => {
  const blocks: Block[] = []
  let paragraph: string[] = []
  let fence: string[] | null = null
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push(block('paragraph', paragraph.join(' ')))
    paragraph = []
  }
  for (const line of content.split(/\r?\n/u)) {
    if (/^\s*```/u.test(line)) {
      endParagraph()
      if (fence !== null) blocks.push(block('code', fence.join('\n')))
      fence = fence === null ? [] : null
      continue
    }
    if (fence !== null) {
      fence.push(line)
      continue
    }
    const known = readLine(line)
    if (known === null && line.trim() !== '') paragraph.push(line.trim())
    else endParagraph()
    if (known !== null) blocks.push(known)
  }
  endParagraph()
  if (fence !== null) blocks.push(block('code', fence.join('\n')))
  return blocks
}

/** Plain text as paragraphs; single line breaks stay within one. */
export const parsePlain = (content: string): Block[] =>
  content
    .split(/\r?\n\s*\r?\n/u)
    .filter((part) => part.trim() !== '')
    .map((part) => ({ ...block('paragraph', ''), inlines: [{ text: part, bold: false, italic: false, code: false }] }))

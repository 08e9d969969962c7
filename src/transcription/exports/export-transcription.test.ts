import { createRequire } from 'node:module'
import mammoth from 'mammoth'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { describe, expect, test } from 'vitest'
import type { ExportDocument, ExportSegment } from './export-document.ts'
import { exportTranscription, toFileName, type ExportFormat } from './export-transcription.ts'

interface VttTree {
  readonly cues: readonly { readonly startTime: number; readonly endTime: number; readonly text: string }[]
  readonly errors: readonly { readonly message: string }[]
}
const require = createRequire(import.meta.url)
const { default: validateSrt } = require('srt-validator') as { default: (srt: string) => unknown[] }
const { WebVTTParser } = require('webvtt-parser') as {
  WebVTTParser: new () => { parse(text: string, mode: string): VttTree }
}

const labels = {
  locale: 'tr',
  kind: 'Metin',
  recorded: 'Tarih',
  duration: 'Süre',
  language: 'Dil',
  madeBy: 'Model',
  basic: 'Kurallar',
  incomplete: 'Eksik',
}

/** Speech of `text` at `wordsPerSecond`, one segment a sentence. */
const speak = (text: string, wordsPerSecond: number): ExportSegment[] => {
  let second = 0.5
  return text.split(/(?<=[.!?]) /u).map((sentence, index) => {
    const words = sentence.split(' ').map((word) => {
      const startSecond = second
      second += 1 / wordsPerSecond
      return { text: word, startSecond, endSecond: second }
    })
    const startSecond = words[0]?.startSecond ?? second
    const segment = { index, startSecond, endSecond: second, text: sentence, speaker: null, words }
    second += 0.6
    return segment
  })
}

const story =
  'Merhaba, bugün hava çok güzel. Toplantı yarın sabah saat onda başlayacak ve öğleden sonra üçe kadar sürecek, ' +
  'bu yüzden lütfen zamanında gelin! Işık, İstanbul ve ağaçlar: ğüşiöç ĞÜŞİÖÇ. Bu uzun cümle altyazıda iki satıra ' +
  'sığmadığı için birden çok altyazıya bölünmeli, ama anlamı bozulmamalı, değil mi? Evet.'

const documentOf = (over: Partial<ExportDocument> = {}): ExportDocument => ({
  title: 'Işıklı toplantı',
  fileName: 'toplantı.mp4',
  language: 'tr',
  durationSecond: 60,
  createdAt: '2026-01-02T03:04:05.000Z',
  kind: 'raw',
  content: '',
  segments: speak(story, 2.5),
  speakers: {},
  provider: null,
  model: null,
  missing: [],
  labels,
  ...over,
})

const textOf = async (document: ExportDocument, format: ExportFormat): Promise<string> =>
  new TextDecoder().decode((await exportTranscription(document, format)).body)

const parseVtt = (text: string): VttTree => new WebVTTParser().parse(text, 'metadata')

const enhanced = `# Toplantı\n\n${story.replace('çok güzel', '**son derece** güzel')}\n\n- Birinci madde\n- İkinci madde\n`

describe('captions', () => {
  const documents: [string, ExportDocument][] = [
    ['raw', documentOf()],
    ['enhanced', documentOf({ kind: 'enhanced', content: enhanced })],
    ['summary', documentOf({ kind: 'summary', content: 'Toplantı yarın saat onda.\n\n- Zamanında gelin.' })],
    [
      'speakers',
      documentOf({
        segments: speak(story, 2.5).map((s, i) => ({ ...s, speaker: i % 2 ? 'S1' : 'S2' })),
        speakers: { S1: 'Ayşe <b>' },
      }),
    ],
    [
      'hostile',
      documentOf({ segments: speak('a --> b <i>x</i> & "y". 00:00:01,000 --> 00:00:02,000. WEBVTT NOTE.', 2) }),
    ],
    ['fast', documentOf({ segments: speak(story, 6) })],
    ['without word times', documentOf({ segments: speak(story, 2.5).map((s) => ({ ...s, words: [] })) })],
  ]
  test.each(documents)('%s: SRT and WebVTT are valid', async (_, document) => {
    expect(validateSrt(await textOf(document, 'srt'))).toEqual([])
    const vtt = parseVtt(await textOf(document, 'vtt'))
    expect(vtt.errors).toEqual([])
    expect(vtt.cues.length).toBeGreaterThan(0)
  })
  test.each(documents)('%s: lines are short, cues in order and apart', async (_, document) => {
    const { cues } = parseVtt(await textOf(document, 'vtt'))
    let previousEnd = 0
    for (const cue of cues) {
      const lines = cue.text.replace(/<v [^>]*>/u, '').split('\n')
      expect(lines.length).toBeLessThanOrEqual(2)
      for (const line of lines) expect(line.replaceAll(/&\w+;/gu, '_').length).toBeLessThanOrEqual(42)
      expect(cue.startTime).toBeGreaterThanOrEqual(previousEnd)
      expect(cue.endTime).toBeGreaterThan(cue.startTime)
      expect(cue.endTime - cue.startTime).toBeLessThanOrEqual(7.001)
      previousEnd = cue.endTime
    }
  })
  test('speech at a normal pace is shown no faster than 20 characters a second', async () => {
    const { cues } = parseVtt(await textOf(documentOf(), 'vtt'))
    for (const cue of cues) expect(cue.text.length / (cue.endTime - cue.startTime)).toBeLessThanOrEqual(20)
  })
  test('no word is lost or doubled', async () => {
    const { cues } = parseVtt(await textOf(documentOf(), 'vtt'))
    expect(cues.map((cue) => cue.text.replace('\n', ' ')).join(' ')).toBe(story)
  })
  test('a rewritten text keeps the times of the words that stayed', async () => {
    const { cues } = parseVtt(await textOf(documentOf({ kind: 'enhanced', content: enhanced }), 'vtt'))
    const spoken = documentOf().segments.flatMap((segment) => segment.words)
    const said = spoken.find((word) => word.text === 'İstanbul')
    const shown = cues.find((cue) => cue.text.includes('İstanbul'))
    expect(shown?.startTime).toBeLessThanOrEqual(said?.startSecond ?? 0)
    expect(shown?.endTime).toBeGreaterThanOrEqual(said?.startSecond ?? 0)
  })
  test('a summary of a long recording is shown in sentences, not word by word', async () => {
    const talk = Array.from({ length: 60 }, () => story).join(' ')
    const content =
      'The whole plan was told at length. Everybody agreed to meet in the morning. It ends with an open question about money.'
    const document = documentOf({ kind: 'summary', content, segments: speak(talk, 2.5), durationSecond: 2000 })
    const { cues } = parseVtt(await textOf(document, 'vtt'))
    expect(cues.map(({ text }) => text.replaceAll('\n', ' '))).toEqual([
      'The whole plan was told at length.',
      'Everybody agreed to meet in the morning.',
      'It ends with an open question about money.',
    ])
    expect((cues[1]?.startTime ?? 0) - (cues[0]?.startTime ?? 0)).toBeGreaterThan(200)
  })

  test('the validators used here find mistakes', () => {
    expect(validateSrt('1\n00:00:03,000 --> 00:00:02,000\nx\n')).not.toEqual([])
    expect(parseVtt('WEBVTT\n\n1\n00:03.000 --> 00:02.000\nx\n').errors).not.toEqual([])
  })
  test('SRT names each change of speaker, within two lines', async () => {
    const segments = speak(story, 2.5).map((s, i) => ({ ...s, speaker: i < 1 ? 'S1' : 'S2' }))
    const srt = await textOf(documentOf({ segments, speakers: { S1: 'Ayşe Nur' } }), 'srt')
    expect(srt.match(/Ayşe Nur: /gu)).toHaveLength(1)
    expect(srt.match(/S2: /gu)).toHaveLength(1)
    for (const block of srt.trim().split('\n\n')) expect(block.split('\n').length).toBeLessThanOrEqual(4)
  })
  test('an empty transcript gives valid, empty files', async () => {
    expect(await textOf(documentOf({ segments: [] }), 'srt')).toBe('')
    expect(parseVtt(await textOf(documentOf({ segments: [] }), 'vtt')).cues).toEqual([])
  })
})

describe('documents', () => {
  test('TXT holds the words and nothing else', async () => {
    expect(await textOf(documentOf(), 'txt')).toBe(`${story}\n`)
  })
  test('languages and the built-in rules are named in the reader’s language', async () => {
    const text = await textOf(documentOf({ provider: 'offline', model: 'basic', kind: 'enhanced', content: 'x' }), 'md')
    expect(text).toContain('Dil: Türkçe')
    expect(text).toContain('Model: Kurallar')
  })

  test('a text that is not whole says so', async () => {
    expect(await textOf(documentOf({ kind: 'enhanced', content: 'Bir.', missing: ['12:00–15:00'] }), 'txt')).toContain(
      '[Eksik: 12:00–15:00]',
    )
  })
  test('Markdown cannot be broken by what was said', async () => {
    const markdown = await textOf(
      documentOf({ title: '# <b>', segments: speak('# not a heading. * no list. <script>.', 2) }),
      'md',
    )
    expect(markdown.split('\n').filter((line) => line.startsWith('#'))).toEqual(['# \\# \\<b\\>'])
    expect(markdown).not.toMatch(/(?<!\\)<script/u)
  })
  test('JSON holds segments with named speakers, words and who made the text', async () => {
    const document = documentOf({
      segments: speak('Bir iki.', 2).map((s) => ({ ...s, speaker: 'S1' })),
      speakers: { S1: 'Ayşe' },
      model: 'm',
    })
    const json = JSON.parse(await textOf(document, 'json')) as {
      text: string
      model: string
      segments: { speaker: string; words: unknown[] }[]
    }
    expect(json).toMatchObject({ text: 'Bir iki.', model: 'm' })
    expect(json.segments[0]?.speaker).toBe('Ayşe')
    expect(json.segments[0]?.words).toHaveLength(2)
  })
  test.each(['raw', 'enhanced', 'summary', 'cleaned'] as const)(
    'DOCX of %s opens and has the Turkish letters',
    async (kind) => {
      const { body } = await exportTranscription(
        documentOf({ kind, content: enhanced, title: 'Başlık \u0000' }),
        'docx',
      )
      const { value } = await mammoth.extractRawText({ buffer: Buffer.from(body) })
      expect(value).toContain('ğüşiöç ĞÜŞİÖÇ')
      expect(value).toContain('Başlık')
    },
  )
  test('DOCX turns Markdown into styles', async () => {
    const { body } = await exportTranscription(documentOf({ kind: 'enhanced', content: enhanced }), 'docx')
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(body) })
    expect(value).toContain('<strong>son derece</strong>')
    expect(value).toMatch(/<li>Birinci madde<\/li>/u)
  })
  test.each(['raw', 'enhanced'] as const)('PDF of %s has the Turkish letters as text', async (kind) => {
    const { body } = await exportTranscription(documentOf({ kind, content: enhanced }), 'pdf')
    const pdf = await getDocument({ data: new Uint8Array(body), verbosity: 0 }).promise
    const page = await (await pdf.getPage(1)).getTextContent()
    const text = page.items.map((item) => ('str' in item ? item.str : '')).join('')
    expect(text).toContain('ğüşiöç ĞÜŞİÖÇ')
    expect(text).toContain('Işıklı toplantı')
    expect(text).toContain('1 / 1')
    expect(pdf.numPages).toBe(1)
  })
  test('a long PDF has numbered pages and no empty ones', async () => {
    const { body } = await exportTranscription(
      documentOf({ kind: 'enhanced', content: `${story}\n\n`.repeat(60) }),
      'pdf',
    )
    const pdf = await getDocument({ data: new Uint8Array(body), verbosity: 0 }).promise
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const { items } = await (await pdf.getPage(number)).getTextContent()
      expect(items.length).toBeGreaterThan(3)
    }
    expect(pdf.numPages).toBeGreaterThan(3)
  })
})

test.each([
  ['../../etc/passwd', 'etc passwd.txt'],
  ['a/b\\c:d*e?f"g<h>i|j', 'a b c d e f g h i j.txt'],
  ['\u0000\u001f', 'transcription.txt'],
  ['...', 'transcription.txt'],
  ['Işıklı toplantı', 'Işıklı toplantı.txt'],
])('the title %j becomes the file name %j', (title, name) => expect(toFileName(title, '.txt')).toBe(name))
test('a title of 4 KB becomes a short file name', () => {
  expect(Buffer.byteLength(toFileName('ş'.repeat(4096), '.txt'))).toBeLessThanOrEqual(124)
})

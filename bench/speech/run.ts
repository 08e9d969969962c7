/**
 * npm run bench:speech [-- --rounds 3 --quick --samples FOLDER --threads N]
 *
 * Word error rate, speed and peak memory of the speech engine, beside transformers.js on the same files and, where Python
 * has it, faster-whisper in batched mode on the same weights. Ours always gives words' times. transformers.js runs twice: with
 * them, which is the same job, and without. The engines take turns, since machines are busy in waves; the best round of each
 * counts. `--quick` leaves out the recordings of 10 minutes and 3 hours.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { availableCores } from '../../src/speech/cores.ts'
import { MEMORY_ENVIRONMENT } from '../../src/speech/process-memory.ts'
import { asteriskCorpus } from './corpus.ts'
import { startEngine, type EngineProgram, type Measured, type Recording } from './engine-program.ts'
import { wordErrors } from './word-error-rate.ts'

const root = join(import.meta.dirname, '../..')
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    samples: { type: 'string', default: join(root, 'test/fixtures/audio') },
    threads: { type: 'string', default: String(availableCores()) },
    python: { type: 'string', default: 'python3' },
    'faster-whisper-model': { type: 'string', default: '-' },
  },
})
const SAMPLE_RATE = 16_000
const MEMORY_LIMIT_MB = 1000
const weights = join(root, 'weights/whisper-base')
const folder = await mkdtemp(join(tmpdir(), 'bench-speech-'))

const say = (line = ''): void => void process.stdout.write(`${line}\n`)

const wavHeader = (bytes: number): Buffer => {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + bytes, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(SAMPLE_RATE, 24)
  header.writeUInt32LE(SAMPLE_RATE * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(bytes, 40)
  return header
}

const store = async (name: string, samples: Int16Array, times = 1): Promise<Recording & { seconds: number }> => {
  const one = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  const [pcmPath, wavPath] = [join(folder, `${name}.s16le`), join(folder, `${name}.wav`)]
  await writeFile(pcmPath, '')
  for (let count = 0; count < times; count += 1) await writeFile(pcmPath, one, { flag: 'a' })
  if (times === 1) await writeFile(wavPath, Buffer.concat([wavHeader(one.length), one]))
  return { pcmPath, wavPath, language: 'en', seconds: (samples.length * times) / SAMPLE_RATE }
}

const transformers = (wanted: string): string[] => [
  join(import.meta.dirname, 'transformers.ts'),
  weights,
  options.threads,
  wanted,
]
const programs: Record<string, [string, string[]]> = {
  mp4totext: [process.execPath, [join(import.meta.dirname, 'ours.ts'), weights, options.threads]],
  'transformers.js words': [process.execPath, transformers('words')],
  'transformers.js text': [process.execPath, transformers('text')],
  'faster-whisper batched': [
    options.python,
    [join(import.meta.dirname, 'faster-whisper.py'), options['faster-whisper-model'], options.threads],
  ],
}
const start = async (name: string): Promise<EngineProgram | undefined> => {
  const [command, words] = programs[name] as [string, string[]]
  // Ours runs as it does in the product (child-process.ts).
  const engine = await startEngine(name, command, words, name === 'mp4totext' ? MEMORY_ENVIRONMENT : {})
  if (typeof engine !== 'string') return engine
  say(`${name}: skipped: ${engine}`)
  return undefined
}
const ours = async (): Promise<EngineProgram> => {
  const engine = await start('mp4totext')
  if (engine === undefined) throw new Error('Our own engine does not start')
  return engine
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const benchSamples = async (): Promise<void> => {
  const engine = await ours()
  say('## Samples')
  for (const line of (await readFile(join(options.samples, 'index.md'), 'utf8')).split('\n')) {
    const [, file, , text] = line.split('|').map((cell) => cell.trim())
    if (file === undefined || text === undefined || !file.endsWith('.wav')) continue
    const bytes = await readFile(join(options.samples, file))
    const data = bytes.indexOf('data') + 8
    const samples = new Int16Array(
      bytes.buffer.slice(bytes.byteOffset + data, bytes.byteOffset + data + ((bytes.length - data) & ~1)),
    )
    const recording = await store(file.replace('.wav', ''), samples)
    const measured = await engine.transcribe(recording)
    const { rate, errors, words } = wordErrors(text, measured.text)
    say(
      `${file.padEnd(18)} WER ${percent(rate).padStart(6)} (${errors}/${words})  × ${(recording.seconds / measured.seconds).toFixed(1)} real time`,
    )
  }
  await engine.stop()
}

const benchEngines = async (recording: Recording & { seconds: number }, text: string): Promise<void> => {
  say(
    `\n## ${recording.seconds.toFixed(0)} s of distinct speech, ${options.threads} threads, best of ${options.rounds} rounds in turns`,
  )
  const engines = (await Promise.all(Object.keys(programs).map(start))).filter((engine) => engine !== undefined)
  const results = new Map<string, Measured[]>(engines.map((engine) => [engine.name, []]))
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const engine of engines) results.get(engine.name)?.push(await engine.transcribe(recording))
  }
  const best = (name: string, key: 'seconds' | 'processorSeconds' | 'peakMegabytes'): number =>
    (key === 'peakMegabytes' ? Math.max : Math.min)(...(results.get(name) ?? []).map((each) => each[key]))
  for (const { name } of engines) {
    const { rate, errors, words } = wordErrors(text, results.get(name)?.[0]?.text ?? '')
    const [seconds, processor, peak] = [
      best(name, 'seconds'),
      best(name, 'processorSeconds'),
      best(name, 'peakMegabytes'),
    ]
    say(
      `${name.padEnd(24)} × ${(recording.seconds / seconds).toFixed(1)} real time  ${seconds.toFixed(1)} s  processor ${processor.toFixed(1)} s  ` +
        `WER ${percent(rate)} (${errors}/${words})  peak ${peak.toFixed(0)} MB`,
    )
  }
  for (const [name, job, wanted] of [
    ['transformers.js words', 'the same job: text and words’ times', 2.5],
    ['transformers.js text', 'its text alone against our text and words’ times', undefined],
    ['faster-whisper batched', 'its text alone against our text and words’ times', 1],
  ] as const) {
    if (!results.has(name)) continue
    const ratio = best(name, 'seconds') / best('mp4totext', 'seconds')
    const processor = best(name, 'processorSeconds') / best('mp4totext', 'processorSeconds')
    const verdict = wanted === undefined ? '' : `, wanted ≥ ${wanted}: ${ratio >= wanted ? 'yes' : 'NO'}`
    say(
      `speed against ${name} (${job}): ${ratio.toFixed(2)} by the clock${verdict}; ${processor.toFixed(2)} by processor time`,
    )
  }
  for (const engine of engines) await engine.stop()
}

const benchQuiet = async (): Promise<void> => {
  say('\n## 60 s without speech')
  const engine = await ours()
  const noise = Int16Array.from({ length: 60 * SAMPLE_RATE }, () => (Math.random() - 0.5) * 16_000)
  for (const [name, samples] of [
    ['silence', new Int16Array(60 * SAMPLE_RATE)],
    ['noise', noise],
  ] as const) {
    const { text } = await engine.transcribe(await store(name, samples))
    say(`${name}: ${text === '' ? 'no words' : `WORDS: ${text}`}`)
  }
  await engine.stop()
}

const benchMemory = async (samples: Int16Array): Promise<void> => {
  say(`\n## Peak memory by length, a fresh process each (resident, MB = 1e6 bytes; wanted under ${MEMORY_LIMIT_MB})`)
  const lengths = [
    ['11 s', samples.subarray(0, 11 * SAMPLE_RATE), 1],
    ['10 minutes', samples, 2],
    ['3 hours', samples, 35],
  ] as const
  for (const [name, part, times] of lengths) {
    const engine = await ours()
    const recording = await store('memory', part, times)
    const { peakMegabytes, seconds } = await engine.transcribe(recording)
    say(
      `${name.padEnd(11)} ${recording.seconds.toFixed(0).padStart(6)} s  peak ${peakMegabytes.toFixed(0)} MB (${peakMegabytes < MEMORY_LIMIT_MB ? 'yes' : 'NO'})  × ${(recording.seconds / seconds).toFixed(1)} real time`,
    )
    await engine.stop()
  }
}

try {
  await benchSamples()
  const corpus = asteriskCorpus(310)
  if (corpus === undefined)
    say('\nfive minutes of speech: skipped: install asterisk-core-sounds-en and asterisk-core-sounds-en-wav')
  else await benchEngines(await store('five-minutes', corpus.samples), corpus.text)
  await benchQuiet()
  if (corpus !== undefined && !options.quick) await benchMemory(corpus.samples)
} finally {
  await rm(folder, { recursive: true, force: true })
}

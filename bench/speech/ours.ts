/** Our engine as a program: a JSON line in per recording, a JSON line out. Started by run.ts. */
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { createWhisperEngine } from '../../src/speech/whisper/whisper-engine.ts'

const [folder = '', threads = '2'] = process.argv.slice(2)
const engine = await createWhisperEngine({
  folder,
  voiceActivityModel: join(dirname(folder), 'silero-vad', 'silero_vad.onnx'),
  threads: Number(threads),
})
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
say({ ready: true })
const signal = new AbortController().signal
for await (const line of createInterface({ input: process.stdin })) {
  const { pcmPath, language } = JSON.parse(line) as { pcmPath: string; language: string }
  const start = performance.now()
  const processor = process.cpuUsage()
  const { windows } = await engine.segment(pcmPath, { signal })
  const texts: string[] = []
  for await (const result of engine.recognize(pcmPath, windows, { language, signal })) {
    texts.push(...result.segments.map((segment) => segment.text))
  }
  const { user, system } = process.cpuUsage(processor)
  say({
    text: texts.join(' '),
    seconds: (performance.now() - start) / 1000,
    processorSeconds: (user + system) / 1e6,
    peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  })
}
await engine.close()

/**
 * transformers.js on the same ONNX files, offline: a JSON line in per recording, a JSON line out. Started by run.ts.
 *
 * usage: transformers.ts MODEL_FOLDER THREADS text|words
 */
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { env, pipeline } from '@huggingface/transformers'

const [folder = '', threads = '2', wanted = 'words'] = process.argv.slice(2)
env.allowRemoteModels = false
env.localModelPath = dirname(folder)
const transcribe = await pipeline('automatic-speech-recognition', basename(folder), {
  dtype: 'fp32',
  session_options: { intraOpNumThreads: Number(threads) },
})
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
say({ ready: true })
for await (const line of createInterface({ input: process.stdin })) {
  const { pcmPath, language } = JSON.parse(line) as { pcmPath: string; language: string }
  const start = performance.now()
  const processor = process.cpuUsage()
  const bytes = readFileSync(pcmPath)
  const samples = Float32Array.from(
    new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1),
    (value) => value / 32_768,
  )
  const answer = await transcribe(samples, {
    language,
    task: 'transcribe',
    chunk_length_s: 30,
    ...(wanted === 'words' ? { return_timestamps: 'word' } : {}),
  })
  const { user, system } = process.cpuUsage(processor)
  const answers = [answer].flat()
  const timed = answers.reduce((count, each) => count + (each.chunks?.length ?? 0), 0)
  if ((wanted === 'words') !== timed > 0) throw new Error(`${timed} timed words where ${wanted} was asked for`)
  say({
    text: answers.map((each) => each.text).join(' '),
    seconds: (performance.now() - start) / 1000,
    processorSeconds: (user + system) / 1e6,
    peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  })
}

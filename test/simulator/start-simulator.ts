// One simulator for a test file, closed at its end.
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import type { Simulator, SimulatorOptions, SimulatorUrls } from '../../simulator/simulator-api.ts'

export const KEY = 'sim-key-0001'

export type Running = { simulator: Simulator; urls: SimulatorUrls; controlUrl: string }

/** Starts before all tests of the file, is reset before each; read the fields inside tests only. */
export const useSimulator = (options: SimulatorOptions = {}): Running => {
  const simulator = createSimulator(options)
  const running = { simulator, urls: {} as SimulatorUrls, controlUrl: '' }
  beforeAll(async () => {
    Object.assign(running, await simulator.start())
  })
  beforeEach(() => simulator.reset())
  afterAll(() => simulator.close())
  return running
}

/** A WAV file of so many seconds of silence, 16 kHz, 16 bit, one channel. */
export const makeWav = (seconds: number): Buffer => {
  const size = Math.round(seconds * 32_000)
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(36 + size, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(16_000, 24)
  header.writeUInt32LE(32_000, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(size, 40)
  return Buffer.concat([header, Buffer.alloc(size)])
}

export const WEATHER_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['city', 'unit'],
  additionalProperties: false,
} as const

/** All parts of a stream. */
export const collect = async <Part>(stream: AsyncIterable<Part>): Promise<Part[]> => {
  const parts: Part[] = []
  for await (const part of stream) parts.push(part)
  return parts
}

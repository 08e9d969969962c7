import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { floats, floatTensor, openSession } from '../inference.ts'
import { fuseAttention } from './fuse-attention.ts'
import { readModelGraph } from './model-graph.ts'

const folder = new URL('../../../weights/whisper-base/onnx/', import.meta.url)
const encoder = await readFile(new URL('encoder_model.onnx', folder))
const HEADS = 8

const operators = (model: Uint8Array): string[] => readModelGraph(model).nodes.map((node) => node.operator)

test('each layer of the shipped encoder becomes one operator, and nothing is left over', () => {
  const fused = operators(fuseAttention(encoder, HEADS) as Uint8Array)
  expect(fused.filter((operator) => operator === 'MultiHeadAttention')).toHaveLength(6)
  expect(fused).not.toContain('Softmax')
  expect(fused).not.toContain('Reshape')
})

test('the fused encoder says what the shipped one says', { timeout: 60_000 }, async () => {
  const path = new URL('encoder_model.onnx', folder).pathname
  const features = Float32Array.from({ length: 80 * 3000 }, (_, index) => Math.sin(index / 7) * Math.cos(index / 3001))
  const run = async (model: Uint8Array | undefined): Promise<Float32Array> => {
    const session = await openSession(path, { threads: 1 }, model)
    const answer = await session.run({ input_features: floatTensor(features, [1, 80, 3000]) })
    await session.release()
    return floats(answer['last_hidden_state'])
  }
  const [shipped, fused] = [await run(undefined), await run(fuseAttention(encoder, HEADS))]
  let [difference, size] = [0, 0]
  shipped.forEach((value, index) => {
    difference += (value - (fused[index] as number)) ** 2
    size += value ** 2
  })
  // Activations are rounded to 7 bits in every layer: the last digit of a sum decides how some of them fall.
  expect(Math.sqrt(difference / size)).toBeLessThan(0.1)
})

test('a graph of another shape is left alone', async () => {
  expect(fuseAttention(await readFile(new URL('log_mel.onnx', folder)), HEADS)).toBeUndefined()
  expect(fuseAttention(await readFile(new URL('decoder_model_merged.onnx', folder)), HEADS)).toBeUndefined()
  expect(fuseAttention(fuseAttention(encoder, HEADS) as Uint8Array, HEADS)).toBeUndefined()
})

test('a cut-off file is refused', () => {
  expect(() => fuseAttention(encoder.subarray(0, 1_000_000), HEADS)).toThrow(/cut off/)
})

test('writing the same nodes gives the same model', () => {
  const graph = readModelGraph(encoder)
  expect(operators(graph.write(graph.nodes))).toEqual(operators(encoder))
})

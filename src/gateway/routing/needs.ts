/** What a request asks of a model, read once from the request. */
import type { ContentPart } from '../types/messages.ts'
import type { Capability, Modality, ModelRow } from '../types/models.ts'
import type { ChatRequest, EmbedRequest, ImageRequest, Operation, TranscribeRequest } from '../types/requests.ts'

export interface Needs {
  readonly operation: Operation
  readonly modalities: readonly Modality[]
  readonly capabilities: readonly Capability[]
  /** Estimated by the model that will read it: tokenizers differ. */
  readonly inputTokens: (row: ModelRow) => number
  /** Less than this is not worth a call. */
  readonly minimumOutputTokens: number
  /** Fields of the request that a model may reject. */
  readonly parameters: readonly string[]
}

const PARAMETERS = [
  'temperature',
  'topP',
  'topK',
  'frequencyPenalty',
  'presencePenalty',
  'stop',
  'seed',
  'parallelToolCalls',
] as const satisfies readonly (keyof ChatRequest)[]

const MODALITY: Readonly<Record<ContentPart['type'], Modality>> = {
  text: 'text',
  image: 'image',
  audio: 'audio',
  file: 'file',
}

const partsOf = (request: ChatRequest): readonly ContentPart[] =>
  request.messages.flatMap((message) => (typeof message.content === 'string' ? [] : message.content))

export const chatNeeds = (
  request: ChatRequest,
  inputTokens: (row: ModelRow) => number,
  minimumOutput: number,
): Needs => ({
  operation: 'chat',
  modalities: [...new Set<Modality>(['text', ...partsOf(request).map((part) => MODALITY[part.type])])],
  capabilities: request.tools?.length ? ['tools'] : [],
  inputTokens,
  minimumOutputTokens: Math.min(minimumOutput, request.maxOutputTokens ?? minimumOutput),
  parameters: PARAMETERS.filter((name) => request[name] !== undefined),
})

const plainNeeds = (operation: Operation): Needs => ({
  operation,
  modalities: [],
  capabilities: [],
  inputTokens: () => 0,
  minimumOutputTokens: 0,
  parameters: [],
})

/** Times are a wish: a text without them is worth more than none, and of a server of the user's own nobody knows beforehand. */
export const transcribeNeeds = (request: TranscribeRequest): Needs => ({
  ...plainNeeds('transcribe'),
  capabilities: request.diarize ? ['diarization'] : [],
})

/** The limit of an embedding model holds for each input, not for their sum. */
export const embedNeeds = (request: EmbedRequest, inputTokens: (row: ModelRow, text: string) => number): Needs => ({
  ...plainNeeds('embed'),
  inputTokens: (row) => Math.max(0, ...request.input.map((text) => inputTokens(row, text))),
})
export const imageNeeds = (_request: ImageRequest): Needs => plainNeeds('image')

/** A recording that was recognized, without the recognition: its segments, its text, its steps. */
import type { Kysely } from 'kysely'
import type { Database } from '../../../src/db/types.ts'
import { createId } from '../../../src/lib/ids.ts'
import { toRawText } from '../../../src/transcription/raw-text.ts'
import { insertSegments } from '../../../src/transcription/store/pieces.store.ts'
import { finishStep, insertSteps } from '../../../src/transcription/store/steps.store.ts'
import { insertText, newText, updateText } from '../../../src/transcription/store/texts.store.ts'
import { insertTranscription } from '../../../src/transcription/store/transcriptions.store.ts'
import { stepNames } from '../../../src/transcription/types.ts'

const SUBJECTS = ['The budget', 'A supplier', 'The schedule', 'One customer', 'The new contract', 'Our training']
const PEOPLE = ['Brown', 'Ayşe', 'Garcia', 'Tanaka', 'Novak']
const ENDS = [
  'was discussed at length and then approved by everybody',
  'needs another look before the end of the quarter',
  'came out better than anybody at the table had expected',
  'has to be finished two weeks earlier than planned',
  'will be checked again when the numbers are complete',
]

/** No two sentences are alike, and each has a number of its own: what is lost, doubled or exchanged is seen. */
export const sentence = (number: number): string =>
  `${SUBJECTS[number % 6] ?? ''} with fact number ${number} was brought by ${PEOPLE[number % 5] ?? ''} and ${ENDS[(number * 7) % 5] ?? ''}.`

const SENTENCE_SECOND = 6

export const addRecording = async (
  db: Kysely<Database>,
  {
    userId,
    sentences,
    first,
    language = 'en',
  }: { userId: string; sentences: number; first: number; language?: string },
): Promise<string> => {
  const id = createId()
  const now = new Date()
  const segments = Array.from({ length: sentences }, (_, index) => ({
    index,
    pieceIndex: 0,
    // A longer pause now and then: a paragraph.
    startSecond: index * SENTENCE_SECOND + (index % 12 === 0 ? 2.5 : 0),
    endSecond: (index + 1) * SENTENCE_SECOND - 0.2,
    text: sentence(first + index),
    speaker: null,
    words: [],
  }))
  const durationSecond = sentences * SENTENCE_SECOND
  await insertTranscription(db, {
    id,
    user_id: userId,
    upload_id: null,
    title: `Recording ${first}`,
    title_key: `recording ${first}`,
    file_name: 'meeting.wav',
    size_bytes: 1,
    duration_second: durationSecond,
    has_video: false,
    container: 'wav',
    audio_codec: 'pcm_s16le',
    channels: 1,
    sample_rate: 16_000,
    media_type: 'audio/wav',
    options: JSON.stringify({ language, engine: 'local', model: 'auto:best', enhance: false, summarize: false }),
    priority: 'normal',
    status: 'completed',
    run: 1,
    job_id: null,
    lease: null,
    generation: 1,
    next_generation: 1,
    language,
    language_probability: 1,
    engine: 'local',
    speech_model: 'test',
    segmentation: null,
    coverage: null,
    warnings: '[]',
    speakers: '{}',
    error: null,
    progress: null,
    excerpt: '',
    revision: 1,
    created_at: now,
    queued_at: now,
    updated_at: now,
    completed_at: now,
  })
  await insertSteps(db, id)
  for (const name of stepNames) await finishStep(db, id, name, { status: 'done', now })
  await insertSegments(db, { transcriptionId: id, generation: 1 }, segments)
  const textId = createId()
  await insertText(db, newText({ id: textId, transcriptionId: id, kind: 'raw', options: {}, now }))
  await updateText(db, textId, { status: 'done', complete: true, content: toRawText(segments, language) })
  return id
}

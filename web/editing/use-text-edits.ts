/** Saves an edited text: cleaned, enhanced or a summary. */
import { useQueryClient } from '@tanstack/react-query'
import { updateText, type TranscriptionText } from '../../src/http/contract/transcriptions.ts'
import { ApiError, call } from '../api.ts'
import { transcriptionQuery } from '../queries.ts'
import type { SaveAnswer } from './autosave.ts'
import { useEditing, type Editing } from './use-editing.ts'

export const useTextEdits = (id: string, text: TranscriptionText): Editing & { content: string } => {
  const client = useQueryClient()
  const { queryKey } = transcriptionQuery(id)

  const save = async (changes: Record<string, string>, revision: number): Promise<SaveAnswer> => {
    const content = changes[text.id] ?? text.content
    try {
      const saved = await call(updateText, { params: { id, textId: text.id }, body: { revision, content } })
      client.setQueryData(queryKey, (known) =>
        known === undefined
          ? known
          : { ...known, texts: known.texts.map((other) => (other.id === saved.id ? saved : other)) },
      )
      return { kind: 'saved', revision: saved.revision }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error
      const now = await client.query({ ...transcriptionQuery(id), staleTime: 0 })
      const theirs = now.texts.find((other) => other.id === text.id)
      if (theirs === undefined) throw error
      return { kind: 'conflict', conflict: { theirs: { [text.id]: theirs.content }, revision: theirs.revision } }
    }
  }
  const editing = useEditing({ revision: text.revision, savedText: () => text.content, save })
  return { ...editing, content: editing.drafts.get(text.id) ?? text.content }
}
